"""Bank statements of a day: CMB's corporate export (csv or xlsx), MT940, and CAMT.053."""

from collections.abc import Sequence
from datetime import timedelta
from xml.sax.saxutils import escape

from tieout.world import merchant
from tieout.world.archives import workbook
from tieout.world.books import Statement
from tieout.world.cash import BankLine
from tieout.world.life import fen

_CMB_HEADER = (
    "账号,账号名称,币种,交易日,交易时间,起息日,交易类型,借方金额,贷方金额,余额,摘要,流水号,流程实例号,业务名称,用途,业务参考号,"
    "业务摘要,其它摘要,收(付)方分行名,收(付)方名称,收(付)方帐号,收(付)方开户行行号,收(付)方开户行名,收(付)方开户行地址,"
    "母(子)公司帐号分行名,母(子)公司帐号,母(子)公司名称,信息标志,有否附件信息,冲帐标志,扩展摘要,交易分析码,票据号,"
    "商务支付订单号,内部编号"
)
_PINYIN = {
    "绍兴锦绣纺织有限公司": "SHAOXING JINXIU FANGZHI YOUXIAN GONGSI",
    "龙泉剑瓷工艺厂": "LONGQUAN JIANCI GONGYICHANG",
    "中山明辉灯饰有限公司": "ZHONGSHAN MINGHUI DENGSHI YOUXIAN GONGSI",
    "义乌市万盛收纳用品厂": "YIWU WANSHENG SHOUNA YONGPINCHANG",
    "上海远帆贸易有限公司": "SHANGHAI YUANFAN MAOYI YOUXIAN GONGSI",
    "王建国": "WANG JIANGUO",
    "深圳市启程供应链有限公司": "SHENZHEN QICHENG GONGYINGLIAN YOUXIAN GONGSI",
    merchant.COMPANY: "HANGZHOU SHIGUANG JIAJU YOUXIAN GONGSI",
    "货款": "HUOKUAN", "结息": "JIEXI", "内部转账": "NEIBU ZHUANZHANG", "退汇": "TUIHUI", "冲正": "CHONGZHENG",
    "来账": "LAIZHANG", "货款结算": "HUOKUAN JIESUAN",
}  # fmt: skip


def cmb(statement: Statement) -> bytes:
    """Write the csv export: a BOM, the header, the lines in posting order; it states no opening balance."""
    rows = [_CMB_HEADER, *(",".join(_cmb_cells(statement.account, line)) for line in statement.lines)]
    return ("\r\n".join(rows) + "\r\n").encode("utf-8-sig")


def cmb_workbook(statement: Statement) -> bytes:
    """Write the xlsx export: a dozen rows about the query, then the header and the lines."""
    day = f"{statement.day:%Y%m%d}"
    about = [["账务明细查询"], ["账号", statement.account], ["账号名称", merchant.COMPANY], ["币种", "人民币"]]
    about += [["开始日期", day], ["结束日期", day], *([] for _ in range(6))]
    rows = [*about, _CMB_HEADER.split(","), *(_cmb_cells(statement.account, line) for line in statement.lines)]
    return workbook(rows)


def _cmb_cells(account: str, line: BankLine) -> list[str]:
    out, into = ("", fen(line.amount)) if line.amount > 0 else (fen(-line.amount), "")
    day, kind = f"{line.at:%Y%m%d}", "转账汇入" if line.amount > 0 else "转账汇出"
    return [
        account, merchant.COMPANY, "人民币", day, f"{line.at:%H:%M:%S}", day, kind, out, into, fen(line.balance),
        line.summary, line.line_id, "", "企业银行", line.summary, line.reference, "", "", "", line.counterparty,
        line.counterparty_account, *[""] * 14,
    ]  # fmt: skip


def mt940(statement: Statement) -> bytes:
    """Write a customer statement (SWIFT MT940): latin letters only, a reversal is RC or RD, the text is in :86:."""
    day = f"{statement.day:%y%m%d}"
    lines = [
        "{1:F01ICBKCNBJAZHJ0000000000}{2:I940ICBKCNBJXXXXN}{4:",
        f":20:ST{day}{statement.number:05d}",
        f":25:{statement.account}",
        f":28C:{statement.number:05d}/001",
        f":60F:{_mark(statement.opening)}{day}CNY{_comma(statement.opening)}",
    ]
    for line in statement.lines:
        # RC undoes a credit, RD undoes a debit: the sign on the account is the opposite of the letter's.
        mark = ("RD" if line.amount > 0 else "RC") if line.reversal else ("C" if line.amount > 0 else "D")
        reference = line.reference or "NONREF"
        text = f"{_latin(line.summary)} /NAME/{_latin(line.counterparty)} /ACCT/{line.counterparty_account}"
        lines += [
            f":61:{day}{line.at:%m%d}{mark}{_comma(line.amount)}NTRF{reference}//{line.line_id}",
            *_wrapped(f":86:{text}"),
        ]
    closing = f"{_mark(statement.closing)}{day}CNY{_comma(statement.closing)}"
    return ("\r\n".join([*lines, f":62F:{closing}", f":64:{closing}", "-}"]) + "\r\n").encode("ascii")


def camt053(statement: Statement) -> bytes:
    """Write a statement in CAMT.053 (ISO 20022, camt.053.001.08): amounts unsigned, direction and reversal beside."""
    day, created = statement.day.isoformat(), statement.day + timedelta(days=1)
    entries = "".join(_camt_entry(line, day) for line in statement.lines)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
        f"<BkToCstmrStmt><GrpHdr><MsgId>CAMT{day}</MsgId><CreDtTm>{created}T05:00:00+08:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>NBCB-{day}</Id><ElctrncSeqNb>{statement.number}</ElctrncSeqNb>"
        f"<CreDtTm>{created}T05:00:00+08:00</CreDtTm><FrToDt><FrDtTm>{day}T00:00:00+08:00</FrDtTm>"
        f"<ToDtTm>{day}T23:59:59+08:00</ToDtTm></FrToDt>"
        f"<Acct><Id><Othr><Id>{statement.account}</Id></Othr></Id><Ccy>CNY</Ccy><Nm>{merchant.COMPANY}</Nm></Acct>"
        f"{_camt_balance('OPBD', statement.opening, day)}{_camt_balance('CLBD', statement.closing, day)}{entries}"
        "</Stmt></BkToCstmrStmt></Document>\n"
    )
    return text.encode()


def _camt_balance(code: str, amount: int, day: str) -> str:
    return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_camt_amount(amount)}<Dt><Dt>{day}</Dt></Dt></Bal>\n"


def _camt_amount(amount: int) -> str:
    direction = "CRDT" if amount >= 0 else "DBIT"
    return f'<Amt Ccy="CNY">{fen(abs(amount))}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'


def _camt_entry(line: BankLine, day: str) -> str:
    party = "Dbtr" if line.amount > 0 else "Cdtr"
    name = f"<RltdPties><{party}><Pty><Nm>{escape(line.counterparty)}</Nm></Pty></{party}></RltdPties>"
    reversal = "<RvslInd>true</RvslInd>" if line.reversal else ""
    return (
        f"<Ntry><NtryRef>{line.line_id}</NtryRef>{_camt_amount(line.amount)}{reversal}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{line.line_id}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>OTHR</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{line.reference or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f"{_camt_amount(line.amount)}{name if line.counterparty else ''}"
        f"<RmtInf><Ustrd>{line.summary}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


def _mark(amount: int) -> str:
    return "C" if amount >= 0 else "D"


def _comma(amount: int) -> str:
    return fen(abs(amount)).replace(".", ",")


def _latin(text: str) -> str:
    return _PINYIN.get(text, text)


def _wrapped(text: str) -> Sequence[str]:
    """Break a field into lines of 65 characters, as SWIFT wants them."""
    return [text[start : start + 65] for start in range(0, len(text), 65)]
