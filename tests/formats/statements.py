"""Bank statements and seller exports as their makers write them, and a delivery of the open format."""

# ruff: noqa: E501, PLR0917 - headers and rows stand as the files have them

import io
from collections.abc import Sequence

CMB_HEADER = (
    "账号,账号名称,币种,交易日,交易时间,起息日,交易类型,借方金额,贷方金额,余额,摘要,流水号,流程实例号,业务名称,用途,业务参考号,业务摘要,"
    "其它摘要,收（付）方分行名,收（付）方名称,收（付）方帐号"
)
CMB_ROWS = [
    '571900,某公司,人民币,20260501,09:00:00,20260501,汇入,,"1,000.00","11,000.00",货款,C001,,,,,,,,支付宝（中国）,2155',
    '571900,某公司,人民币,20260501,10:00:00,20260501,汇出,250.50,,"10,749.50",采购,C002,,,,,,,,某厂,3301',
    '571900,某公司,人民币,20260501,11:00:00,20260501,冲账,-250.50,,"11,000.00",冲正,C002,,,,,,,,某厂,3301',
    "571900,某公司,人民币,20260502,09:00:00,20260502,汇入,,0.40,11000.40,结息,C003,,,,,,,,,",
]
CMB_PREAMBLE = ["招商银行账务明细,,", "开始日期:,20260501,,结束日期:,20260503,", ""]


def cmb(rows: Sequence[str] = CMB_ROWS, tail: Sequence[str] = ()) -> str:
    """A corporate statement that leads from 10,000.00 to 11,000.40; a reversal keeps the serial number it reverses."""
    return "\ufeff" + "\r\n".join([*CMB_PREAMBLE, CMB_HEADER, *rows, *tail]) + "\r\n"


def workbook(rows: Sequence[Sequence[object]], formats: dict[str, str] | None = None) -> bytes:
    """An xlsx with the values as given; `formats` are number formats by cell."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


MT940 = """{1:F01CMBCCNBSAXXX0000000000}{2:I940CMBCCNBSXXXXN}{4:
:20:ST260501
:25:DE5088/0194774600888
:28C:00004/00001
:60F:D260430EUR1234,5
:61:2605010501CR300,NTRFTFNr 40005//0724710345313905
:86:166?00GUTSCHRIFT?100399?20EREF+TX
AO 1?21SVWZ+ORDER 7?30PBNKDEFF?31DE4210?32Richter?33 Renate
:61:2604300501RCR204,88NRTINONREF
supplement
:86:no structure here
second line
:62M:D260501EUR1139,38
-}{5:}
{1:F01CMBCCNBSAXXX0000000000}{2:I940CMBCCNBSXXXXN}{4:
:20:ST260501
:25:DE5088/0194774600888
:28C:00004/00002
:60M:D260501EUR1139,38
:61:2601021231RD0,02N051NONREF
:61:260501D5,NMSCNONREF
:62F:D260501EUR1144,36
:64:D260501EUR1144,36
-}
"""

_ENTRY = """<Ntry><NtryRef>{no}</NtryRef><Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd>{reversal}
<Sts>{status}</Sts><BookgDt><Dt>2026-05-01</Dt></BookgDt><ValDt><DtTm>2026-05-02T00:00:00</DtTm></ValDt>
<AcctSvcrRef>B{no}</AcctSvcrRef><NtryDtls>{details}</NtryDtls></Ntry>
"""
_DETAIL = """<TxDtls><Refs><EndToEndId>E{no}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="CNY">{amount}</Amt></TxAmt></AmtDtls>
<RltdPties><Dbtr><Nm>{name}</Nm></Dbtr><DbtrAcct><Id><IBAN>DE1</IBAN></Id></DbtrAcct><Cdtr><Nm>OURS</Nm></Cdtr></RltdPties>
<RmtInf><Ustrd>order {no}</Ustrd></RmtInf></TxDtls>"""


def entry(
    no: int, mark: str, amount: str, parts: Sequence[str] = (), reversal: bool = False, status: str = "BOOK"
) -> str:
    """A booked entry; `parts` are the amounts of its transactions."""
    details = "".join(_DETAIL.format(no=f"{no}{i}", amount=part, name=f"Buyer {i}") for i, part in enumerate(parts))
    turned = "<RvslInd>true</RvslInd>" if reversal else ""
    return _ENTRY.format(no=no, amount=amount, mark=mark, reversal=turned, status=status, details=details)


CAMT_ENTRIES = (
    entry(1, "CRDT", "100.00", ["60.00", "40.00"])
    + entry(2, "DBIT", "30.00", ["30.00"], reversal=True, status="<Cd>BOOK</Cd>")
    + entry(3, "CRDT", "999.00", status="PDNG")
)


def camt053(entries: str = CAMT_ENTRIES, closing: str = "1070.00", head: str = "") -> str:
    """A statement that begins with 1,000.00; closing 1,070.00 takes a reversal as written, 1,130.00 as turned."""
    balance = (
        "<Bal><Tp><CdOrPrtry><Cd>{}</Cd></CdOrPrtry></Tp><Amt Ccy='CNY'>{}</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
        "<Dt><Dt>{}</Dt></Dt></Bal>"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">'
        "<BkToCstmrStmt><GrpHdr><CreDtTm>2026-05-02T05:00:00+08:00</CreDtTm></GrpHdr><Stmt><Id>S1</Id>"
        "<ElctrncSeqNb>7</ElctrncSeqNb><Acct><Id><IBAN>CN12</IBAN></Id><Ccy>CNY</Ccy></Acct>\n"
        f"{balance.format('OPBD', '1000.00', '2026-05-01')}{balance.format('CLBD', closing, '2026-05-01')}\n{entries}"
        "</Stmt></BkToCstmrStmt></Document>\n"
    )


TAOBAO_ORDERS = (
    "订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,收货地址,联系手机,订单创建时间,订单付款时间,宝贝标题,打款商家金额\n"
    '="1930679858170647",小明,88.00,0.00,88.00,88.00,交易成功,"浙江省 杭州市, 西湖区","\'13800000000",2026-05-01 08:30:00,'
    "2026-05-01 08:31:00,瓷杯,88.00元\n"
    '="1930679858170648",小红,9.90,6.00,15.90,0,等待买家付款,="上海, 浦东",,2026-05-01 09:30:00,,碗,0.00元\n'
)
TAOBAO_LINES = (
    "子订单编号,主订单编号,标题,价格,购买数量,商家编码,买家应付货款,买家实付金额,退款状态\n"
    '="1930679858170649",="1930679858170647",瓷杯,44.00,2,SKU-1,88.00,88.00,没有申请退款\n'
)
TAOBAO_REFUNDS = (
    "退款编号,订单编号,支付宝交易号,买家退款金额,退款类型,退款的申请时间,退款状态,退款完结时间\n"
    '="119306798581706",="1930679858170647",2026050122001004720299453898,5.50,仅退款,2026-05-02 10:00:00,退款成功,2026-05-02 11:00:00\n'
)
OPEN_REFUNDS = (
    "platform,refund_id,order_id,amount,refunded_at,note\n"
    'taobao,R1,T1,5.50,2026-05-02T11:00:00+08:00,"two\nlines"\n'
    "taobao,R2,T2,0.125,2026-05-02 12:00:00,\n"
)
