"""The sentences of a story in Chinese and English, by kind of event; `{names}` are filled from the event's row."""

EVENTS = {
    "zh": {
        "order": "买家在 {platform} 店铺 {shop_id} 下单 {order_id}：{goods}；"
        "原价 {list_amount}，优惠 {discount_amount}，运费 {freight_amount}，应付 {buyer_paid_amount} {currency}",
        "transaction payment": "{channel} 收款 {amount} {currency}（流水 {transaction_id}，手续费 {fee_amount}）",
        "transaction refund": "{channel} 退款流出 {amount} {currency}"
        "（流水 {transaction_id}，退款请求号 {request_no}，手续费退回 {fee_amount}）",
        "transaction": "{channel} {type} {amount} {currency}（流水 {transaction_id}）",
        "movement sale_out": "仓库发货：{sku} ×{quantity}，{carrier} {tracking_no}（{status}）",
        "movement return_in": "退货包裹：{sku} ×{quantity}，{carrier} {tracking_no}（{status}）",
        "movement exchange_out": "换货发出：{sku} ×{quantity}，{carrier} {tracking_no}（{status}）",
        "movement reship_out": "补发：{sku} ×{quantity}，{carrier} {tracking_no}（{status}）",
        "movement repair_out": "维修寄回：{sku} ×{quantity}，{carrier} {tracking_no}（{status}）",
        "movement": "出入库 {type}：{sku} ×{quantity}（{status}）",
        "case": "买家申请售后 {after_sale_id}（{type}），原因：{reason}，申请金额 {applied_amount}，目前状态：{status}",
        "event": "售后 {after_sale_id}：{actor} {event}，金额 {new_amount}",
        "refund": "平台退款 {amount}（退款单 {refund_id}，售后单 {after_sale_id}）",
        "ticket": "客服工单 {ticket_id}：{topic}（承诺金额 {promised_amount}）",
        "wallet": "{channel} 钱包 {account_id} 记账 {amount}（{type}），余额 {balance_after}",
        "settlement": "{platform} 结算批次 {batch_id}：{type} {amount}",
        "payout": "{platform} 提现 {payout_id}：{amount}（结算批次 {batch_id}）",
        "pooled": "钱包 {account_id} 的下一笔提现 {payout_id}：{amount}，上述款项随其转出（多单合并）",
        "bank": "银行账户 {account_id} 入账 {amount}，付款方 {payer}（流水 {line_id}，对应提现 {payout_ids}）",
        "document sale": "账务：销售单 {document_id}，{amount}（凭证 {voucher_no}）",
        "document sale_return": "账务：销售退货单 {document_id}，{amount}（凭证 {voucher_no}）",
        "document receipt": "账务：收款单 {document_id}，{amount}（凭证 {voucher_no}）",
        "document": "账务：{type} 单据 {document_id}，{amount}（凭证 {voucher_no}）",
    },
    "en": {
        "order": "The buyer orders {order_id} at {platform}, shop {shop_id}: {goods}; list {list_amount}, "
        "discount {discount_amount}, freight {freight_amount}, owed {buyer_paid_amount} {currency}",
        "transaction payment": "{channel} receives {amount} {currency} "
        "(transaction {transaction_id}, fee {fee_amount})",
        "transaction refund": "{channel} pays out the refund {amount} {currency} "
        "(transaction {transaction_id}, request {request_no}, fee given back {fee_amount})",
        "transaction": "{channel} {type} {amount} {currency} (transaction {transaction_id})",
        "movement sale_out": "The warehouse ships {sku} ×{quantity}, {carrier} {tracking_no} ({status})",
        "movement return_in": "The return parcel: {sku} ×{quantity}, {carrier} {tracking_no} ({status})",
        "movement exchange_out": "The exchange is sent: {sku} ×{quantity}, {carrier} {tracking_no} ({status})",
        "movement reship_out": "Sent again: {sku} ×{quantity}, {carrier} {tracking_no} ({status})",
        "movement repair_out": "Sent back repaired: {sku} ×{quantity}, {carrier} {tracking_no} ({status})",
        "movement": "Stock movement {type}: {sku} ×{quantity} ({status})",
        "case": "The buyer opens case {after_sale_id} ({type}), reason: {reason}, claims {applied_amount}; "
        "now {status}",
        "event": "Case {after_sale_id}: {actor} {event}, amount {new_amount}",
        "refund": "The platform refunds {amount} (refund {refund_id}, case {after_sale_id})",
        "ticket": "Service ticket {ticket_id}: {topic} (promised {promised_amount})",
        "wallet": "Wallet {account_id} of {channel} books {amount} ({type}), balance {balance_after}",
        "settlement": "{platform} settlement batch {batch_id}: {type} {amount}",
        "payout": "{platform} payout {payout_id}: {amount} (settlement batch {batch_id})",
        "pooled": "The next payout of wallet {account_id}, {payout_id}: {amount}; "
        "the money leaves with it, among others",
        "bank": "Bank account {account_id} is credited {amount} by {payer} (line {line_id}, payouts {payout_ids})",
        "document sale": "Books: sale {document_id}, {amount} (voucher {voucher_no})",
        "document sale_return": "Books: sale return {document_id}, {amount} (voucher {voucher_no})",
        "document receipt": "Books: receipt {document_id}, {amount} (voucher {voucher_no})",
        "document": "Books: {type} {document_id}, {amount} (voucher {voucher_no})",
    },
}

WORDS = {
    "zh": {
        "verdicts": "环节|单据|金额|结论|依据或原因",
        "status": "，状态：{status}", "stocked": "，{stocked_on} 入库",
        "changed": "（由 {old_amount} 改为 {new_amount}）",
        "alipay": "支付宝", "wechat": "微信支付", "unionpay": "银联", "taobao": "淘宝", "tmall": "天猫", "jd": "京东",
        "pdd": "拼多多", "douyin": "抖音", "self": "自营商城",
        "refund_only": "仅退款", "return_refund": "退货退款", "exchange": "换货", "reship": "补发", "repair": "维修",
        "compensation": "补偿", "applied": "已申请", "approved": "已同意", "returning": "退货中", "refunded": "已退款",
        "closed": "已关闭", "rejected": "已拒绝", "cancelled": "已撤销", "amount_changed": "修改金额",
        "buyer": "买家", "agent": "客服", "system": "系统", "delivered": "已签收", "in_transit": "运输中",
        "lost": "丢件", "success": "成功", "processing": "处理中", "failed": "失败", "payment": "收款",
        "refund": "退款", "fee": "手续费", "withdrawal": "提现", "fee_back": "手续费退回",
        "fee_reversal": "手续费退回", "cashback": "返现", "transfer": "转账", "payout": "提现", "sale": "货款",
        "subsidy": "平台补贴", "commission": "佣金", "commission_reversal": "佣金返还", "service_fee": "服务费",
        "channel_fee": "渠道费", "insurance": "保险", "penalty": "罚款", "adjustment": "调账",
        "merchant_order_no": "按商户订单号", "order_id": "按订单号", "transaction_number": "按流水号",
        "refund_number": "按退款单号", "named": "按提现号", "payer_and_amount": "按付款方与金额",
        "payer_and_sum": "按付款方与合计金额", "names_no_transaction": "非交易流水（提现、转账）",
        "batch": "按结算批次",
    },
    "en": {
        "verdicts": "leg|document|amount|outcome|rule or reason",
        "status": ", status {status}", "stocked": ", in stock on {stocked_on}",
        "changed": " (changed from {old_amount} to {new_amount})",
    },
}  # fmt: skip

STATES = {
    "zh": {"matched": "✓ 已核对一致", "pending": "… 在途未到期", "exception": "✗ 差异", "excluded": "– 未纳入核对"},
    "en": {
        "matched": "✓ tied out", "pending": "… not due yet", "exception": "✗ exception", "excluded": "– not compared",
    },
}  # fmt: skip
