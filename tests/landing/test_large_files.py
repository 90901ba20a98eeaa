"""A file of any size is landed in the same memory."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tieout.landing import land

from .place import Place

MANY = 600_000


def _open(count: int) -> bytes:
    rows = (
        f"wechat,W{number:020},payment,19001,T{number:012},{number % 997}.{number % 100:02},2026-05-01T08:30:00+08:00\n"
        for number in range(count)
    )
    return ("channel,transaction_id,type,account_id,merchant_order_no,amount,occurred_at\n" + "".join(rows)).encode()


def _alipay(count: int) -> bytes:
    names = (
        "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,订单金额（元）,商家实收（元）,商家优惠（元）,"
        "退款批次号/请求号,服务费（元）,分润（元）"
    )
    at = "2026-05-01 08:30:00"
    rows = "".join(
        f"2026{number:024}\t,T{number:012}\t,交易,{'杯' if number % 9 else '碗,大号'},{at},{at},1.00,1.00,0.00,\t,"
        "0.00,0.00\r\n"
        for number in range(count)
    )
    return (
        "#支付宝业务明细查询\r\n#账号：[2088]\r\n"
        "#起始日期：[2026年05月01日 00:00:00]   终止日期：[2026年05月02日 00:00:00]\r\n"
        f"{names}\r\n{rows}#----业务明细列表结束----\r\n#交易合计：{count}笔，商家实收共{count}.00元，商家优惠共0.00元\r\n"
        "#导出时间：[2026年05月02日 09:41:12]\r\n"
    ).encode("gb18030")


@pytest.mark.parametrize(("stream", "write"), [("open/channel_transactions", _open), ("alipay/trade", _alipay)])
def test_a_large_file_needs_hardly_more_memory_than_a_small_one(
    tmp_path: Path, stream: str, write: Callable[[int], bytes]
) -> None:
    for name, count in (("small", 20), ("large", MANY)):
        path = tmp_path / name / stream / "bill.csv"
        path.parent.mkdir(parents=True)
        path.write_bytes(write(count))
    script = Path(__file__).with_name("large.py")
    command = [sys.executable, str(script), stream, *(str(tmp_path / name) for name in ("small", "large", "home"))]
    grown = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    size = (tmp_path / "large" / stream / "bill.csv").stat().st_size
    assert size > 50 << 20
    # All rows as Python's own values are fifteen times the file.
    assert grown < 300 << 20


def test_long_files_say_how_far_they_are(place: Place) -> None:
    place.drop("long.csv", _open(210_000), stream="open/channel_transactions")
    said: list[str] = []
    land(place.settings, progress=said.append)
    *first, last = said
    assert last == "open/channel_transactions/long.csv: new"
    assert first
    assert all(re.fullmatch(r"open/channel_transactions/long.csv: [12]\d\d,\d{3} rows so far", line) for line in first)
