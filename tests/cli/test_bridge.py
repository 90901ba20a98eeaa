"""`tieout bridge`: what it shows of a published month, in the terminal and as an image."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from defusedxml import ElementTree

from tieout.core.settings import Settings

Tieout = Callable[..., Any]
STAGES = ("订单标价", "买家实付", "应收", "结算净额", "钱包入账", "提现", "银行账户净变动")


def _stage_lines(out: str) -> list[str]:
    return [name for line in out.splitlines() for name in STAGES if line.startswith(name)]


def test_it_shows_each_stage_and_that_nothing_is_unexplained(published: Settings, tieout: Tieout) -> None:
    shown = tieout("bridge", "--home", published.home, "--lang", "zh")
    assert shown.code == 0
    assert _stage_lines(shown.out)[: len(STAGES)] == list(STAGES)
    assert "退款" in shown.out
    assert "未解释 0.00" in shown.out
    assert "published" in shown.out


def test_amounts_of_a_step_add_up_as_printed(published: Settings, tieout: Tieout) -> None:
    shown = tieout("bridge", "--home", published.home, "--lang", "en", "--shop", "jd-880001", "--month", "2026-05").out
    rows = re.findall(r"^( *)([A-Za-z].*?) +(-?[\d,]+\.\d\d) ", shown, flags=re.MULTILINE)
    running, stages = 0, 0
    for indent, name, text in rows:
        amount = int(text.replace(",", "").replace(".", ""))
        if indent or not stages:
            running += amount
        else:
            assert running == amount, name
        stages += not indent
    assert stages == len(STAGES)


def test_an_unknown_shop_or_month_is_told_with_what_there_is(published: Settings, tieout: Tieout) -> None:
    shop = tieout("bridge", "--home", published.home, "--shop", "nobody")
    assert (shop.code, "own-mall" in shop.err) == (1, True)
    month = tieout("bridge", "--home", published.home, "--month", "2020-01")
    assert (month.code, "2026-05" in month.err) == (1, True)


def test_an_image_keeps_its_text_and_is_the_same_each_time(published: Settings, tieout: Tieout, tmp_path: Path) -> None:
    pictures = [tmp_path / "one.svg", tmp_path / "two.svg"]
    for picture in pictures:
        assert tieout("bridge", "--home", published.home, "--image", picture).code == 0
    texts = {node.text for node in ElementTree.parse(pictures[0]).iter("{http://www.w3.org/2000/svg}text")}
    assert texts >= set(STAGES)
    assert pictures[0].read_bytes() == pictures[1].read_bytes()
    refused = tieout("bridge", "--home", published.home, "--image", tmp_path / "bridge.pdf")
    assert (refused.code, ".svg or .png" in refused.err) == (1, True)


def test_an_english_png_needs_no_chinese_font(published: Settings, tieout: Tieout, tmp_path: Path) -> None:
    picture = tmp_path / "bridge.png"
    assert tieout("bridge", "--home", published.home, "--lang", "en", "--image", picture).code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
