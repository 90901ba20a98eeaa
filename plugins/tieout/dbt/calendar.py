"""The Chinese calendar: public holidays and the weekend days that are worked for them."""

from datetime import date

FIRST_YEAR = 2018
"""Earlier days are of no use to anything that is tied out today."""


def calendar_days() -> list[dict[str, str]]:
    """Give the days that are not what their weekday says, or that have a name, as rows of the seed `calendar_days`.

    Years that are not published yet (the next one is, each November) have no rows.
    """
    from chinese_calendar import constants

    chinese = {holiday.value: holiday.chinese for holiday in constants.Holiday}
    named = [(day, name, False) for day, name in constants.holidays.items()]
    worked = [(day, name, True) for day, name in constants.workdays.items()]
    return [
        _row(day, is_working, name, chinese[name])
        for day, name, is_working in sorted(named + worked)
        if day.year >= FIRST_YEAR
    ]


def _row(day: date, is_working: bool, name: str, name_zh: str) -> dict[str, str]:
    return {
        "day": day.isoformat(),
        "is_working_day": "true" if is_working else "false",
        "name": f"Worked for {name}" if is_working else name,
        "name_zh": f"{name_zh}调休上班" if is_working else name_zh,
    }
