"""Made-up people: names, citizen IDs and phones that pass every check and belong to nobody.

Every row made from these is marked synthetic, and household numbers begin with `模拟-`.
"""

import random
from datetime import date, timedelta

from core.people.api import check_digit
from core.value_classes import value_class

# Surnames by their share in the country, so that lists look like lists.
_SURNAMES = {
    "王": 72, "李": 71, "张": 67, "刘": 53, "陈": 46, "杨": 31, "黄": 22, "赵": 21, "吴": 20, "周": 20,
    "徐": 14, "孙": 14, "马": 13, "朱": 13, "胡": 12, "郭": 12, "何": 11, "林": 11, "高": 10, "罗": 10,
    "郑": 9, "梁": 8, "谢": 8, "宋": 7, "唐": 7, "许": 7, "邓": 6, "冯": 6, "韩": 6, "曹": 6, "曾": 5,
    "彭": 5, "汪": 5, "储": 4, "台": 3, "欧阳": 1,
}  # fmt: skip
_FEMALE = "秀英兰芳玲丽敏静霞燕娟红梅萍艳桂凤琴云莲洁颖婷雪琳慧"
_MALE = "伟强军勇杰涛明超刚平辉健鹏波斌宇浩凯亮志国建华文德海峰林宏"
_SHARED = "晓子思家安乐新永春成庆玉金世"
# Shares of households with one to six people (census of 2020: 2.62 on average).
_SIZES, _SIZE_SHARES = (1, 2, 3, 4, 5, 6), (25, 30, 21, 14, 7, 3)
# Shares of ages by decades of life in a county that many young people have left.
_DECADES, _DECADE_SHARES = tuple(range(9)), (10, 11, 8, 12, 13, 17, 14, 10, 5)
_DAYS_A_DECADE = 3_652
# No operator has been given numbers that begin with 169.
_PHONE_PREFIX = "169"
ADULT_YEARS = 18


@value_class
class MadeUpPerson:
    """Somebody who does not exist."""

    name: str
    is_female: bool
    born: date
    citizen_id: str
    phone: str

    def age(self, today: date) -> int:
        """Full years, give or take a birthday."""
        return today.year - self.born.year


class Crowd:
    """Makes people; never the same citizen ID or phone twice."""

    def __init__(self, chance: random.Random, region: str, today: date) -> None:
        self._chance = chance
        self._region = region
        self._today = today
        self._born: dict[tuple[date, bool], int] = {}
        self._phones = 0

    def household(self, most: int = _SIZES[-1]) -> list[MadeUpPerson]:
        """A household of up to `most` people, its head first; sizes by the census's shares."""
        size = min(most, self._chance.choices(_SIZES, _SIZE_SHARES)[0])
        surname = self._surname()
        head = self._person(surname, is_female=self._chance.random() < 0.3, least_years=ADULT_YEARS + 4)
        return [head, *(self._relative(head, surname, number) for number in range(1, size))]

    def name(self) -> str:
        """The name of somebody who is registered elsewhere."""
        return self._surname() + self._given_name(self._chance.random() < 0.5)

    def _surname(self) -> str:
        return self._chance.choices(list(_SURNAMES), list(_SURNAMES.values()))[0]

    def _relative(self, head: MadeUpPerson, surname: str, number: int) -> MadeUpPerson:
        if number > 1:
            return self._person(surname, is_female=self._chance.random() < 0.5, least_years=0)
        # The second in a household is the head's husband or wife, with a name of their own.
        return self._person(self._surname(), is_female=not head.is_female, least_years=ADULT_YEARS + 2)

    def _person(self, surname: str, *, is_female: bool, least_years: int) -> MadeUpPerson:
        born = self._birthday(least_years)
        phone = ""
        if self._today.year - born.year >= ADULT_YEARS:
            self._phones += 1
            phone = f"{_PHONE_PREFIX}{self._phones:08d}"
        return MadeUpPerson(
            name=surname + self._given_name(is_female),
            is_female=is_female,
            born=born,
            citizen_id=self._citizen_id(born, is_female),
            phone=phone,
        )

    def _birthday(self, least_years: int) -> date:
        days = 0
        while days < least_years * 366 or days == 0:
            decade = self._chance.choices(_DECADES, _DECADE_SHARES)[0]
            days = decade * _DAYS_A_DECADE + self._chance.randrange(_DAYS_A_DECADE)
        return self._today - timedelta(days=days)

    def _given_name(self, is_female: bool) -> str:
        last = self._chance.choice(_FEMALE if is_female else _MALE)
        if self._chance.random() < 0.2:
            return last
        return self._chance.choice(_SHARED + (_FEMALE if is_female else _MALE)) + last

    def _citizen_id(self, born: date, is_female: bool) -> str:
        # The last of the three digits is even for women (GB 11643).
        count = self._born.get((born, is_female), 0)
        self._born[born, is_female] = count + 1
        number = count * 2 + (0 if is_female else 1)
        assert number < 1000, "too many people were born on one day"
        body = f"{self._region}{born:%Y%m%d}{number:03d}"
        return body + check_digit(body)
