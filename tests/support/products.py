"""Made products named as Chinese wholesalers name them: brand, kind, flavour, spec; codes and bar codes that hold.

Brands stand together with kinds they never made, and no bar code is claimed to belong to anybody.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from domain.catalogue.rules import ean13_check_digit

BRANDS = (
    "农夫山泉 长虹 重庆老灶 西湖 金龙 银鹭 康乐 乐天 長城 华美 永和 同福 天府 蜀香 江南 北大荒 五谷坊"
    " 老干娘 味佳 好邻居 小肥牛 大白兔 白云 蓝月 绿源 红星 黄山 青岛湾 海天阁 九阳春 三元里 四季沐 六必居"
    " 七度香 八宝楼 百味林 千禾园 万家乐 旺旺福 喜之朗 福临居 金丝猴 银河 玉兰 翠屏 碧泉 雪花飘 霜叶"
    " 云雾山 龙井村 凤凰单丛 麒麟阁 虎跑 鹤年堂 鹿鸣 马头墙 羊角村 猴王岭 鸡公山 狗不理园 猪八戒铺 鼠来宝"
    " 牛栏湾 兔巴哥 单县 仇记 解家铺 曾师傅 盖世 参茸行 藏香阁 朝阳坡 传奇 弹指 调味王 都江 发财树 佛手"
    " 冠生 好想你园 和丰 会稽 降龙 角楼 觉醒 空山 乐山 六安 绿能 宁波港 强生堂 曲阜 任丘 省心 盛唐 石林"
    " 蔚县 尉氏 行之 宿州 血旺 燕京湾 殷商 圆通 脏脏包 中华老字号 OPPO Joyo Kevin L'Or Bestfood M&G 3A"
    " SUNNY"
).split()
KINDS = (
    "饮用天然水 矿泉水 苏打水 龙井茶 铁观音 普洱茶 茉莉花茶 乌龙茶 绿茶 红茶 柠檬茶 冰红茶 凉茶 酸梅汤"
    " 橙汁 苹果汁 椰汁 豆浆 纯牛奶 酸奶 奶粉 咖啡 啤酒 黄酒 白酒 葡萄酒 料酒 酱油 生抽 老抽 米醋 陈醋 食盐"
    " 白糖 冰糖 红糖 味精 鸡精 蚝油 豆瓣酱 辣椒酱 火锅底料 花椒 八角 桂皮 胡椒粉 五香粉 菜籽油 花生油"
    " 大豆油 芝麻油 橄榄油 大米 小米 糯米 面粉 挂面 方便面 重庆小面 螺蛳粉 米线 粉丝 木耳 香菇 银耳 红枣"
    " 枸杞 桂圆 莲子 核桃 花生 瓜子 开心果 巴旦木 腰果 薯片 虾条 饼干 曲奇 蛋糕 面包 月饼 粽子 汤圆 水饺"
    " 馄饨 火腿肠 腊肉 香肠 午餐肉 牛肉干 鸡爪 鸭脖 豆腐干 海苔 鱿鱼丝 果冻 巧克力 口香糖 棒棒糖 软糖 蜂蜜"
    " 果酱 洗衣液 洗衣粉 柔顺剂 洗洁精 洁厕液 消毒液 洗手液 沐浴露 洗发水 护发素 香皂 牙膏 牙刷 漱口水"
    " 卫生纸 抽纸 湿巾 纸尿裤 卫生巾 棉签 保鲜膜 垃圾袋 电池 插线板 节能灯泡 手电筒 雨伞 毛巾 拖鞋 保温杯"
    " 炒锅 高压锅 电饭煲 电水壶 剃须刀 吹风机 中性笔 笔记本 订书机 胶带 剪刀 计算器 文件夹 彩色电视 手机壳"
    " 数据线 充电宝 蓝牙耳机 U盘 T恤衫 羽绒服 牛仔裤 运动鞋 行李箱 羽毛球 篮球 自行车 机油"
).split()
FLAVOURS = (
    "原味 经典 香辣 麻辣 五香 蒜香 孜然 番茄 黄瓜 海盐 芝士 奶油 抹茶 草莓 蓝莓 芒果 水蜜桃 白桃 荔枝"
    " 葡萄 青柠 薄荷 茉莉 玫瑰 桂花 红豆 绿豆 黑芝麻 无糖 低脂 高钙 有机 儿童 中老年 孕妇 家庭装 便携 加厚"
    " 超薄 迷你 特级 一级 精选 陈年 头道 手工 非转基因 东北 新疆 云南 四川 西藏 长白山 大别山 宁夏 和田"
    " 单晶 重味 轻食 长效 速溶 浓香 清香 酱香 零添加 Pro Max"
).split()
SPECS = (
    "550ml*24 1.5L 500ml 330ml*6 250ml 1L*12 5L 100g 250g 500g 1kg 5kg 10kg 25kg 60g*10 75g*5 200片"
    " 100抽*3 12枚 6瓶 24罐 48包 L码 XL码 42码 5W-40/4L 128GB 1.8米 3只装 60W"
).split()
UNITS = ("瓶", "箱", "袋", "盒", "件", "包", "罐", "支", "桶", "个")


@dataclass(frozen=True, slots=True)
class MadeProduct:
    """One made product; ``barcodes`` are EAN-13 with right check digits, the first that of a single pack."""

    id: str
    code: str
    name: str
    spec: str
    unit: str
    status: str
    barcodes: tuple[str, ...]


def made_ean13(number: int) -> str:
    """The bar code of the *number*-th made pack, under the prefix 690."""
    twelve = f"690{number:09d}"
    return twelve + ean13_check_digit(twelve)


@cache
def _names() -> tuple[str, ...]:
    """Every brand, kind and flavour put together, in one random order that is always the same."""
    draw = random.Random("names")
    made = []
    for brand in BRANDS:
        for kind in KINDS:
            made.append(f"{brand}{kind}")
            for flavour in draw.sample(FLAVOURS, 11):
                made.append(f"{brand}{flavour}{kind}" if draw.random() < 0.8 else f"{brand}{kind}({flavour})")
    draw.shuffle(made)
    return tuple(made)


def make_products(count: int, seed: int = 1) -> Iterator[MadeProduct]:
    """*count* products; the same *seed* makes the same ones."""
    draw = random.Random(seed)
    names = _names()
    for number in range(count):
        series = number // len(names)
        name = names[number % len(names)] + (f"{series + 1}号" if series else "")
        packs = draw.choices((0, 1, 2), (5, 75, 20))[0]
        yield MadeProduct(
            id=f"{draw.getrandbits(48):012x}-{number:08x}",
            code=f"{draw.choice('ABCDEFGH')}{draw.choice('KMPTX')}{number:06d}",
            name=name,
            spec=draw.choice(SPECS),
            unit=draw.choice(UNITS),
            status="delisted" if draw.random() < 0.05 else "listed",
            barcodes=tuple(made_ean13(draw.randrange(10**9)) for _ in range(packs)),
        )
