"""A bill of 2 GB, landed, gated and loaded: `python -m bench.landing [GB]`.

Two kinds: Alipay's trade bill (GBK, no quoting, totals to be proved) and a delivery of the open format (UTF-8). Each is
taken in by a process of its own, whose memory is what is shown; PostgreSQL's is not in it. Beside it, in the same run,
a process that does nothing but read the same file with Arrow's csv reader (GBK transcoded) and write it as Parquet.
"""

import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from tieout import landing, warehouse
from tieout.core.settings import Settings
from tieout.pipeline import runs, steps
from tieout.pipeline.bookkeeping import Silence
from tieout.warehouse import embedded

_DAY = date(2026, 5, 1)
_HEADER = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,"
    "支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
    "退款批次号/请求号,服务费（元）,分润（元）,备注"
)
_PREAMBLE = f"""#支付宝业务明细查询\r
#账号：[2088521231912068]\r
#起始日期：[2026年05月01日 00:00:00]   终止日期：[2026年05月02日 00:00:00]\r
#----------------------------------------业务明细列表----------------------------------------\r
{_HEADER}\r
"""
_FOOTER = """#----------------------------------------业务明细列表结束------------------------------------\r
#交易合计：{count}笔，商家实收共{total}元，商家优惠共0.00元\r
#导出时间：[2026年05月02日 09:41:12]\r
"""
_GOODS = ("陶瓷杯", "青花碗 大号", "竹编收纳篮（三件套）", "无线鼠标,静音", "龙井茶 250g", "儿童雨衣 黄色")
_PIECE = 20_000


def write_alipay(path: Path, size: int) -> None:
    """Write a trade bill of about `size` bytes, as the platform does; in every sixth row a product name has a comma."""
    count = cents = 0
    with path.open("wb") as file:
        file.write(_PREAMBLE.encode("gb18030"))
        while file.tell() < size:
            rows = []
            for number in range(count, count + _PIECE):
                amount = 100 + number % 9_973
                cents += amount
                at = f"2026-05-01 {number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}"
                yuan = f"{amount // 100}.{amount % 100:02}"
                rows.append(
                    f"20260501220014{number:014}\t,T{number:012}\t,交易,{_GOODS[number % 6]},{at},{at},\t,\t,\t,\t,"
                    f"*{number % 97:02}(137****2600)\t,{yuan},{yuan},0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00,\t,"
                    "-0.12,0.00,\r\n"
                )
            file.write("".join(rows).encode("gb18030"))
            count += _PIECE
        file.write(_FOOTER.format(count=count, total=f"{cents // 100}.{cents % 100:02}").encode("gb18030"))


def write_open(path: Path, size: int) -> None:
    """Write channel transactions of about `size` bytes."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(
            "channel,account_id,transaction_id,type,merchant_order_no,amount,fee_amount,currency,occurred_at,status\n"
        )
        while file.tell() < size:
            file.writelines(
                f"wechat,1900001,42000{number:020},payment,T{number:012},{number % 9973}.{number % 100:02},0.12,"
                f"CNY,2026-05-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}+08:00,success\n"
                for number in range(count, count + _PIECE)
            )
            count += _PIECE


def take_in(home: Path) -> dict[str, float]:
    """Land, gate and load all of the inbox; give seconds, and this process's peak memory so far, by step."""
    settings, figures = Settings(home), dict[str, float]()
    with runs.open_run(settings, _DAY, Silence()) as run:
        for name, work in (
            ("land", lambda: steps.land(settings, run)),
            ("gate and load", lambda: steps.load(settings, run)),
        ):
            begun, used = time.perf_counter(), time.process_time()
            result = work()
            figures |= {
                name: time.perf_counter() - begun,
                f"{name} cpu": time.process_time() - used,
                f"{name} peak": _peak(),
            }
            if name == "land" and (len(result.new) != 1 or result.quarantined):
                raise SystemExit(f"not landed: {result.quarantined}")
        run.finish("built", "bench")
    figures["rows"] = sum(batch.row_count for batch in landing.batches(settings))
    return figures


def read_bare(path: Path, encoding: str, skipped: int) -> dict[str, float]:
    """Read the file as Arrow does it, all columns as text, in parts, and write it as Parquet."""
    begun, used, target = time.perf_counter(), time.process_time(), path.with_suffix(".parquet")
    with path.open("rb") as file:
        names = [line for line, _ in zip(file, range(skipped + 1), strict=False)][-1].decode(encoding).split(",")
    reader = pyarrow.csv.open_csv(
        path,
        pyarrow.csv.ReadOptions(encoding=encoding, skip_rows=skipped, block_size=4 << 20),
        pyarrow.csv.ParseOptions(quote_char=False if skipped else '"', invalid_row_handler=lambda _: "skip"),
        pyarrow.csv.ConvertOptions(
            column_types={name.strip(): pa.string() for name in names}, strings_can_be_null=False
        ),
    )
    with pq.ParquetWriter(target, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
    target.unlink()
    return {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - used, "peak": _peak()}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def _apart(work: Callable[..., dict[str, float]], *arguments: object) -> dict[str, float]:
    """Let a new process do it, so that its memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def measure(gigabytes: float) -> None:
    """Write, take in and read both files; print seconds, peak memory and ratios."""
    kinds = (
        ("alipay/trade", "alipay.csv", write_alipay, "gb18030", 4),
        ("open/channel_transactions", "transactions.csv", write_open, "utf-8", 0),
    )
    for stream, name, write, encoding, skipped in kinds:
        home = Path(tempfile.mkdtemp(prefix="tieout-bench-"))
        settings = Settings(home)
        try:
            path = settings.inbox / stream / name
            path.parent.mkdir(parents=True)
            write(path, int(gigabytes * 1024**3))
            warehouse.start(settings)
            bare = _apart(read_bare, path, encoding, skipped)
            ours = _apart(take_in, home)
            print(f"{stream}: {path.stat().st_size / 1024**3:.2f} GiB, {ours['rows']:,.0f} rows")
            for step in ("land", "gate and load"):
                _show(step, ours[step], ours[f"{step} cpu"], ours[f"{step} peak"])
            _show("bare read", bare["seconds"], bare["cpu"], bare["peak"])
            print(f"  landing / bare read: {ours['land'] / bare['seconds']:.2f} in time, ", end="")
            print(f"{ours['land cpu'] / bare['cpu']:.2f} in processor time\n", flush=True)
        finally:
            embedded.remove(settings)
            shutil.rmtree(home, ignore_errors=True)


def _show(what: str, seconds: float, used: float, peak: float) -> None:
    print(f"  {what:<14}{seconds:8.1f} s {used:8.1f} s of processor time   peak memory {peak:.2f} GiB")


if __name__ == "__main__":
    measure(float(sys.argv[1]) if len(sys.argv) > 1 else 2.0)
