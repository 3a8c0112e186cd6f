"""Explicit lots, the slow way: what a wallet holds, lot by lot, as somebody with paper would keep it."""


def merged(lots):
    """Lots without the used up ones; neighbours that end on one day are one."""
    found = []
    for left, last in lots:
        before = found.pop()[0] if found and found[-1][1] == last else 0
        if before + left:
            found.append((before + left, last))
    return found


class LotModel:
    """The lots of one wallet, the oldest first: [points left, last day]."""

    def __init__(self, lots=()):
        self.lots = [list(lot) for lot in lots]
        self.held = 0

    @property
    def balance(self):
        """Points."""
        return sum(left for left, _ in self.lots)

    def credit(self, points, last):
        """One more lot."""
        self.lots.append([points, last])

    def spend(self, points):
        """The oldest points leave; returns them as lots."""
        taken = []
        for lot in self.lots:
            part = min(points, lot[0])
            if part:
                taken.append((part, lot[1]))
            lot[0] -= part
            points -= part
        return taken

    def expire(self, day):
        """What is over goes, as far as it is not promised."""
        free = self.balance - self.held
        for lot in self.lots:
            if lot[1] is not None and lot[1] < day:
                part = min(lot[0], free)
                lot[0] -= part
                free -= part
