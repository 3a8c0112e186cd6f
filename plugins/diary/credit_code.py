"""The unified social credit code (统一社会信用代码): 18 signs, the last a check sign (GB 32100-2015)."""

import unicodedata

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def normal_code(raw_code: str) -> str | None:
    """The code in its normal form, or None where it does not add up."""
    code = "".join(unicodedata.normalize("NFKC", raw_code).split()).upper()
    if len(code) != 18 or any(sign not in _SIGNS for sign in code):
        return None
    return code if code[17] == check_sign(code[:17]) else None


def check_sign(body: str) -> str:
    """The check sign of the first 17 signs: 31 less the weighted sum modulo 31, and 31 is 0."""
    total = sum(_SIGNS.index(sign) * weight for sign, weight in zip(body, _WEIGHTS, strict=True))
    return _SIGNS[(31 - total % 31) % 31]
