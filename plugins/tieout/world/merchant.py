"""The fictional merchant: its shops, goods, wallets and bank accounts. Every name and number is invented."""

from dataclasses import dataclass
from datetime import date

COMPANY = "杭州拾光家居有限公司"
OWN_SHOP = "own-mall"
TAOBAO_SHOPS = (("112233001", "拾光家居旗舰店"), ("112233002", "拾光生活专营店"))
PLATFORM_SHOPS = {"self": OWN_SHOP, "jd": "jd-880001", "douyin": "dy-660001"}

ALIPAY_TAOBAO = "20882026050100010156"
ALIPAY_OWN = "20882026050100020156"
ALIPAY_STORE = "20882026050100030156"
WECHAT_MAIN = "1900000109"
WECHAT_LEGACY = "1230000109"
UNIONPAY = "898330150000001"
JD_ACCOUNT = "jd-880001"
DOUYIN_ACCOUNT = "dy-660001"

CMB = "571905400010801"
MT940 = "4000020109200123456"
CAMT = "CN0033010078801800000123"


@dataclass(frozen=True)
class Account:
    """A bank account or wallet as `config/accounts.csv` declares it; `payer_names` are separated by `|`.

    `ledger_account` is the code under which the merchant's own ledger keeps it, where it does.
    """

    account_id: str
    kind: str
    name: str
    bank_name: str
    payer_names: str = ""
    ledger_account: str = ""


ALIPAY_PAYER = "支付宝（中国）网络技术有限公司"
TENPAY_PAYER = "财付通支付科技有限公司"
UNIONPAY_PAYER = "银联商务支付股份有限公司"
JD_PAYER, JD_PINYIN = "网银在线（北京）科技有限公司", "WANGYIN ZAIXIAN (BEIJING) KEJI YOUXIAN GONGSI"
DOUYIN_PAYER = "武汉合众易宝科技有限公司"

ACCOUNTS = (
    Account(CMB, "bank", "一般户", "招商银行杭州分行", "", "100201"),
    Account(MT940, "bank", "京东回款户", "中国工商银行杭州分行", "", "100202"),
    Account(CAMT, "bank", "抖音回款户", "宁波银行杭州分行", "", "100203"),
    Account(ALIPAY_TAOBAO, "wallet", "支付宝（淘宝天猫）", "支付宝", ALIPAY_PAYER),
    Account(ALIPAY_OWN, "wallet", "支付宝（自营商城）", "支付宝", ALIPAY_PAYER),
    Account(ALIPAY_STORE, "wallet", "支付宝（快闪门店，平日无交易）", "支付宝", ALIPAY_PAYER),
    Account(WECHAT_MAIN, "wallet", "微信支付商户号", "微信支付", TENPAY_PAYER),
    Account(WECHAT_LEGACY, "wallet", "微信支付老商户号", "微信支付", TENPAY_PAYER),
    Account(UNIONPAY, "wallet", "银联商务", "银联商务", UNIONPAY_PAYER),
    Account(JD_ACCOUNT, "wallet", "京东结算", "京东", f"{JD_PAYER}|{JD_PINYIN}"),
    Account(DOUYIN_ACCOUNT, "wallet", "抖音结算", "抖音", f"{DOUYIN_PAYER}|合众易宝"),
)

CHANNEL_OF = {
    ALIPAY_STORE: "alipay",
    ALIPAY_TAOBAO: "alipay",
    ALIPAY_OWN: "alipay",
    WECHAT_MAIN: "wechat",
    WECHAT_LEGACY: "wechat",
    UNIONPAY: "unionpay",
}
PAYER_OF = {
    ALIPAY_TAOBAO: ALIPAY_PAYER,
    ALIPAY_OWN: ALIPAY_PAYER,
    WECHAT_MAIN: TENPAY_PAYER,
    WECHAT_LEGACY: TENPAY_PAYER,
    UNIONPAY: UNIONPAY_PAYER,
    JD_ACCOUNT: JD_PINYIN,
    DOUYIN_ACCOUNT: DOUYIN_PAYER,
}
BANK_OF = {JD_ACCOUNT: MT940, DOUYIN_ACCOUNT: CAMT}
"""Where a wallet pays out to; every other one pays to the CMB account."""

FEE_PER_MILLE = {ALIPAY_TAOBAO: 0, ALIPAY_OWN: 6, WECHAT_MAIN: 6, WECHAT_LEGACY: 6, UNIONPAY: 6}
"""What a channel keeps of a payment; Taobao's own commission is charged at completion instead."""
NEW_FEE_PER_MILLE = {ALIPAY_OWN: (date(2026, 5, 9), 5)}
"""A channel's new contract for an account: from which day, and what it keeps of a payment from then on."""
CHANNEL_CONTRACTS = (("alipay", OWN_SHOP, ALIPAY_OWN), ("wechat", "", WECHAT_MAIN), ("unionpay", "", UNIONPAY))
"""Channel, shop (empty: all) and the account whose fees they are; the channels give fees back with refunds."""
PERIODS = ((date(2026, 5, 1), date(2026, 5, 10), date(2026, 5, 13)),)
"""Accounting periods that were closed early: first day, last day, the day of closing. The merchant closes its books
every ten days, the last ones after the world's end."""
TAOBAO_COMMISSION_PER_CENT = 2
PLATFORM_COMMISSION_PER_CENT = {"jd": 5, "douyin": 4}
PLATFORM_CHANNEL_FEE_PER_MILLE = 6
CATEGORY_COMMISSION_PER_CENT = {("jd", "灯具"): 8}
"""What a platform charges on goods of a category instead of its usual commission."""
NEW_COMMISSION_PER_CENT = {"douyin": (date(2026, 5, 9), 5)}
"""A new contract: from which day, for what is paid from then on, and its commission."""
SETTLE_DAYS, SETTLE_AFTER = 7, 3
"""Within how many days of completion a platform must settle an order, and after how many it does."""


@dataclass(frozen=True)
class Product:
    """A thing on sale; the price is in fen, the weight in grams."""

    sku: str
    name: str
    category: str
    price: int
    grams: int


_CATEGORIES = {
    "家纺": ("四件套", "凉席", "蚕丝被", "枕芯", "毛毯", "床笠"),
    "厨具": ("炒锅", "砂锅", "刀具套装", "保温杯", "砧板", "餐盘"),
    "收纳": ("收纳箱", "衣架", "挂袋", "鞋盒", "置物架", "抽屉格"),
    "灯具": ("台灯", "落地灯", "夜灯", "吸顶灯", "灯带", "壁灯"),
    "香氛": ("香薰蜡烛", "扩香石", "线香", "车载香", "精油", "香挂"),
}

PRODUCTS = tuple(
    Product(
        f"SG{group + 1}{place:02d}", f"拾光 {name}", category, 1990 + 1300 * place + 2100 * group + 7 * place**2,
        300 + 260 * place + 180 * group,
    )
    for group, (category, names) in enumerate(_CATEGORIES.items())
    for place, name in enumerate(names)
)  # fmt: skip

GRAMS = {product.sku: product.grams for product in PRODUCTS}
"""What one piece of a product weighs."""
