"""A village's cards on paper: every code on the PDF is read by a decoder that is not ours."""

from io import BytesIO

import pypdfium2
import pytest

from tests.browser.conftest import DESKTOP

pytestmark = pytest.mark.browser
DOTS = 8  # a millimetre: 200 dots an inch, as office printers do


def test_every_code_on_a_sheet_is_read(site, visit, decode_qr):
    secretary = visit("secretary", DESKTOP)
    page = secretary.go("/points-store/office/card-sheets")
    form = {
        name: page.locator(f"main form [name={name}]").first.input_value()
        for name in ("csrf_token", "form_key", "area_code")
    }
    # The county's name in the test resolves in the browser only.
    answer = page.evaluate(
        """async (form) => {
            const body = new URLSearchParams(form);
            const answer = await fetch(location.href, { method: "POST", body });
            const bytes = new Uint8Array(await answer.arrayBuffer());
            return [answer.status, Array.from(bytes)];
        }""",
        form,
    )
    assert answer[0] == 200
    pdf = pypdfium2.PdfDocument(BytesIO(bytes(answer[1])))
    cards = min(8, pdf[0].get_textpage().get_text_range().count("剪下来"))
    assert cards > 1
    picture = pdf[0].render(scale=DOTS * 25.4 / 72).to_pil()
    read = set()
    for place in range(cards):
        x, y = 14 + (place % 2) * 96 + 46, 10 + (place // 2) * 70 + 8
        out = BytesIO()
        picture.crop((x * DOTS, y * DOTS, (x + 40) * DOTS, (y + 38) * DOTS)).save(out, "PNG")
        read.add(decode_qr(out.getvalue()))
    assert len(read) == cards
    assert all(text.startswith(f"{site.url}/points-store/q/k.") for text in read)
    pdf.close()
