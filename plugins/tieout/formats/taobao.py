"""Taobao and Tmall seller exports: orders, order lines and refunds, as csv (GBK, cells like `="…"`) or xlsx."""

from collections.abc import Sequence

from tieout.core.archives import is_zip
from tieout.core.money import to_amount
from tieout.core.reading import Reading, Rejection, Row, UnreadableError
from tieout.core.tables import Header, Names, RowCheck, find_header, refuse_if_nothing_is_left
from tieout.core.text import check_size, decode, read_csv, unwrap
from tieout.core.totals import check_unit
from tieout.core.workbooks import read_workbook

ORDER_HEADER: dict[str, tuple[str, ...]] = {
    "order_no": ("订单编号",),
    "buyer_nick": ("买家会员名",),
    "buyer_alipay_account": ("买家支付宝账号",),
    "goods_payable_amount": ("买家应付货款",),
    "freight_payable_amount": ("买家应付邮费",),
    "points_payable": ("买家支付积分",),
    "total_amount": ("总金额",),
    "points_returned": ("返点积分",),
    "buyer_paid_amount": ("买家实际支付金额", "买家实付金额"),
    "points_paid": ("买家实际支付积分",),
    "order_status": ("订单状态",),
    "buyer_message": ("买家留言",),
    "recipient_name": ("收货人姓名",),
    "recipient_address": ("收货地址",),
    "shipping_method": ("运送方式",),
    "recipient_phone": ("联系电话",),
    "recipient_mobile": ("联系手机",),
    "created_at": ("订单创建时间",),
    "paid_at": ("订单付款时间",),
    "product_title": ("宝贝标题", "商品标题"),
    "product_kinds": ("宝贝种类",),
    "tracking_no": ("物流单号",),
    "carrier": ("物流公司",),
    "remark": ("订单备注",),
    "total_quantity": ("宝贝总数量",),
    "shop_id": ("店铺Id",),
    "shop_name": ("店铺名称",),
    "close_reason": ("订单关闭原因",),
    "seller_service_fee_amount": ("卖家服务费",),
    "buyer_service_fee_amount": ("买家服务费",),
    "invoice_title": ("发票抬头",),
    "is_mobile_order": ("是否手机订单",),
    "stage_info": ("分阶段订单信息",),
    "privilege_deposit_order_no": ("特权订金订单id",),
    "deposit_rank": ("定金排名",),
    "changed_sku": ("修改后的sku",),
    "changed_address": ("修改后的收货地址",),
    "abnormal_info": ("异常信息",),
    "tmall_card_discount_amount": ("天猫卡券抵扣",),
    "point_discount_amount": ("集分宝抵扣",),
    "is_o2o": ("是否是O2O交易",),
    "refund_amount": ("退款金额",),
    "booked_store": ("预约门店",),
    "merchant_payout_amount": ("打款商家金额", "确认收货打款金额"),
    "payment_no": ("支付单号",),
    "payment_detail": ("支付详情",),
    "shipped_at": ("发货时间",),
    "confirmed_at": ("确认收货时间",),
}
LINE_HEADER: dict[str, tuple[str, ...]] = {
    "sub_order_no": ("子订单编号",),
    "order_no": ("主订单编号",),
    "product_title": ("标题",),
    "price": ("价格",),
    "quantity": ("购买数量",),
    "external_code": ("外部系统编号",),
    "product_attributes": ("商品属性",),
    "bundle_info": ("套餐信息",),
    "remark": ("备注",),
    "order_status": ("订单状态",),
    "seller_code": ("商家编码",),
    "payment_no": ("支付单号",),
    "goods_payable_amount": ("买家应付货款",),
    "buyer_paid_amount": ("买家实际支付金额", "买家实付金额"),
    "refund_status": ("退款状态",),
    "refund_amount": ("退款金额",),
    "created_at": ("订单创建时间",),
    "paid_at": ("订单付款时间",),
    "product_id": ("商品ID",),
    "tracking_no": ("物流单号",),
}
REFUND_HEADER: dict[str, tuple[str, ...]] = {
    "refund_no": ("退款编号",),
    "order_no": ("订单编号",),
    "sub_order_no": ("子订单编号",),
    "alipay_trade_no": ("支付宝交易号", "支付单号"),
    "order_paid_at": ("订单付款时间",),
    "product_id": ("商品id",),
    "product_code": ("商品编码", "商家编码"),
    "refund_finished_at": ("退款完结时间",),
    "buyer_nick": ("买家会员名称", "买家会员名"),
    "buyer_paid_amount": ("买家实际支付金额",),
    "product_title": ("宝贝标题",),
    "refund_amount": ("买家退款金额", "退款金额"),
    "refund_mode": ("手工退款/系统退款",),
    "refund_type": ("退款类型",),
    "applied_at": ("退款的申请时间", "退款申请时间"),
    "timeout_at": ("超时时间",),
    "refund_status": ("退款状态",),
    "goods_status": ("货物状态",),
    "return_logistics_info": ("退货物流信息",),
    "shipping_logistics_info": ("发货物流信息",),
    "intervention_status": ("客服介入状态",),
    "return_carrier": ("退货物流公司",),
    "return_tracking_no": ("退货物流单号",),
    "refund_reason": ("买家退款原因",),
    "refund_description": ("买家退款说明",),
    "responsible_party": ("责任方",),
    "refund_phase": ("售中或售后",),
    "remark": ("商家备注",),
    "finished_at": ("完结时间",),
    "refund_extent": ("部分退款/全部退款",),
    "reviewed_by": ("审核操作人",),
    "refunded_by": ("退款操作人",),
    "business_type": ("业务类型",),
}
ORDER_COLUMNS = tuple(ORDER_HEADER)
LINE_COLUMNS = tuple(LINE_HEADER)
REFUND_COLUMNS = tuple(REFUND_HEADER)


def _clean(cell: str) -> str | None:
    """Take off the wrapper, and the unit that the export writes behind some amounts (`12.00元`)."""
    value = unwrap(cell)
    return value[:-1] if value and value.endswith("元") and value[:-1].replace(".", "", 1).isdigit() else value


def _read(content: bytes, names: Names, needed: Sequence[str], identifying: Sequence[str]) -> Reading:
    """Read an export whose header is found by name; a row with a damaged id, time or amount is rejected."""
    check_size(content)
    is_workbook = is_zip(content)
    text = "" if is_workbook else decode(content)
    table = read_workbook(content) if is_workbook else list(read_csv(text))
    index, header = find_header(table, names, needed)
    amounts = [(place, written[0]) for place, (name, written) in enumerate(names.items()) if name.endswith("_amount")]
    check = RowCheck(names, identifying)
    rows: list[Row] = []
    rejected: list[Rejection] = []
    for line, cells in table[index + 1 :]:
        while len(cells) > header.width and not cells[-1].strip():
            cells.pop()
        if len(cells) != header.width:
            _refuse_if_cut_off(line, cells, header, is_last=line == table[-1][0] and not text.endswith("\n"))
            rejected.append(Rejection(line, None, ",".join(cells)[:200], _count_cells(cells, header)))
            continue
        row = header.pick(cells, _clean)
        problem = check.find_problem(line, row) or _find_bad_amount(line, row, amounts)
        if problem:
            rejected.append(problem)
        else:
            rows.append((line, row))
    refuse_if_nothing_is_left(rows, rejected)
    for place, name in amounts if not is_workbook else ():
        check_unit((row[place] for _, row in rows), name)
    return Reading((*names, *header.unknown), header.verbatim, rows, rejected, unknown=header.unknown)


def _count_cells(cells: Sequence[str], header: Header) -> str:
    return f"the row has {len(cells)} cells, the header {header.width}"


def _refuse_if_cut_off(line: int, cells: Sequence[str], header: Header, is_last: bool) -> None:
    if is_last and len(cells) < header.width:
        raise UnreadableError(
            "unreadable",
            f"line {line} is the last and {_count_cells(cells, header)}: the file is cut off; export it again",
            line=line,
        )


def _find_bad_amount(line: int, row: Sequence[str | None], amounts: Sequence[tuple[int, str]]) -> Rejection | None:
    for place, name in amounts:
        value = row[place]
        if value is not None:
            try:
                to_amount(value)
            except ValueError:
                return Rejection(line, name, value, "not an amount")
    return None


def read_orders(content: bytes) -> Reading:
    """Read an order export (one row an order). It states no totals and no period."""
    needed = ("order_no", "order_status", "created_at", "paid_at", "buyer_paid_amount")
    return _read(content, ORDER_HEADER, needed, ("order_no", "order_status", "created_at"))


def read_order_lines(content: bytes) -> Reading:
    """Read an order line export (宝贝; one row a sub-order). It states no totals and no period."""
    needed = ("sub_order_no", "order_no", "price", "quantity", "buyer_paid_amount")
    return _read(content, LINE_HEADER, needed, ("sub_order_no", "order_no"))


def read_refunds(content: bytes) -> Reading:
    """Read a refund export (one row an after-sale application). It states no totals and no period."""
    needed = ("refund_no", "order_no", "refund_type", "refund_status", "applied_at", "refund_amount")
    return _read(content, REFUND_HEADER, needed, ("refund_no", "order_no", "refund_status", "applied_at"))
