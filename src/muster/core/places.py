"""Provinces of China, and addresses that begin with one; points on the earth in the two datums in use: WGS-84, which
satellites give, and GCJ-02, which maps of China give."""

import math
import re
from dataclasses import dataclass

WGS84, GCJ02 = "wgs84", "gcj02"
# As they are called every day, the way people type them.
PROVINCES = (
    "北京",
    "天津",
    "上海",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "内蒙古",
    "广西",
    "西藏",
    "宁夏",
    "新疆",
    "香港",
    "澳门",
    "台湾",
)
MUNICIPALITIES = PROVINCES[:4]
# In full: only then is what follows sure to be a part of it. “吉林市” is a city, “湖北路” a road.
FULL = {
    **{name: f"{name}市" for name in MUNICIPALITIES},
    **{name: f"{name}省" for name in PROVINCES[4:26]},
    **{name: f"{name}自治区" for name in ("内蒙古", "西藏")},
    "广西": "广西壮族自治区",
    "宁夏": "宁夏回族自治区",
    "新疆": "新疆维吾尔自治区",
}
HAN = "[\u4e00-\u9fff]"
CITY = re.compile(rf"({HAN}{{2,10}}?(?:市|自治州|地区|盟))(?=.)")
DISTRICT = re.compile(rf"({HAN}{{1,8}}?(?:新区|区|县|市(?![场民政内区中委医立第一二三人])))(?=.)")
BANNER = re.compile(rf"({HAN}{{1,8}}?(?:旗|区|县|市))(?=.)")  # 旗 elsewhere is a flag
# What ends like a place and is none beyond doubt: a street or town before it; estates and zones.
STREET = re.compile("号|.{2,}[路街道巷弄村镇乡楼室院厦场园].")
NO_PLACE = re.compile(
    "[社小校厂景园库营学]区|人民|城市|中心|中学|开发|保税|高新|经开|自贸|度假|风景|旅游|生活|宿舍|家属|住宅|商业|工业|物流|"
    "科技|创业|产业|示范"
)
POSTCODE = re.compile(r"(?:^|(?<=[\s,，]))\d{6}(?=$|[\s,，])")
EARTH = 6_371_008.8  # mean radius in metres
AXIS, ECCENTRICITY = 6_378_245.0, 0.006_693_421_622_965_943  # of the ellipsoid of Krasovsky, which GCJ-02 is made on
STEPS = 6  # after which the way back is true to less than a millimetre


def split_address(text: str) -> dict[str, str]:
    """A whole Chinese address in parts: province, city, district, postcode, and in `address` all that is left, so that
    no word is lost; {} where TEXT does not begin with a province in full. What is no district beyond doubt (园区,
    开发区) stays in the street: rules give customers away by it. Provinces and cities as people call them every day."""
    whole = " ".join(text.split())
    codes = POSTCODE.findall(whole)
    rest = POSTCODE.sub("", whole, count=1).strip(" ,，") if len(codes) == 1 else whole
    name = next((one for one, full in FULL.items() if rest.startswith(full)), "")
    if not name:
        return {}
    found = {"province": name, "city": "", "district": "", "postcode": codes[0] if len(codes) == 1 else ""}
    rest = rest.removeprefix(FULL[name]).lstrip()
    if name in MUNICIPALITIES:
        found["city"], rest = name, rest.removeprefix(FULL[name]).lstrip()
    else:
        found["city"], rest = _leading(CITY, rest)
        found["city"] = re.sub("(?<=..)市$", "", found["city"])
    rest = rest.removeprefix("市辖区").lstrip()
    if found["city"]:
        found["district"], rest = _leading(BANNER if name == "内蒙古" else DISTRICT, rest)
    return {**found, "address": rest}


def _leading(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """The place that TEXT begins with, and what follows; ('', TEXT) where it begins with none beyond doubt."""
    hit = pattern.match(text)
    if hit is None or STREET.search(hit[1][:-1]) or NO_PLACE.search(hit[1]):
        return "", text
    return hit[1], text[hit.end() :].lstrip()


@dataclass(frozen=True)
class Point:
    """Degrees north and east, in DATUM."""

    latitude: float
    longitude: float
    datum: str = WGS84

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError(f"{self.latitude}, {self.longitude} is nowhere on earth")


def to_wgs84(point: Point) -> Point:
    """POINT in WGS-84; of GCJ-02 by the published formula turned round step by step."""
    if point.datum == WGS84:
        return point
    latitude, longitude = point.latitude, point.longitude
    for _step in range(STEPS):
        there = to_gcj02(Point(latitude, longitude))
        latitude += point.latitude - there.latitude
        longitude += point.longitude - there.longitude
    return Point(latitude, longitude)


def to_gcj02(point: Point) -> Point:
    """POINT in GCJ-02, which is WGS-84 outside China."""
    if point.datum == GCJ02 or _outside_china(point):
        return Point(point.latitude, point.longitude, GCJ02)
    x, y = point.longitude - 105, point.latitude - 35
    sine = math.sin(math.radians(point.latitude))
    magic = 1 - ECCENTRICITY * sine * sine
    root = math.sqrt(magic)
    north = _north(x, y) / math.radians(AXIS * (1 - ECCENTRICITY) / (magic * root))
    east = _east(x, y) / math.radians(AXIS / root * math.cos(math.radians(point.latitude)))
    return Point(point.latitude + north, point.longitude + east, GCJ02)


def metres(one: Point, other: Point) -> int:
    """How far ONE lies from OTHER, on the great circle, in whole metres, whatever their datums."""
    one, other = to_wgs84(one), to_wgs84(other)
    north, south = math.radians(one.latitude), math.radians(other.latitude)
    half = math.sin((south - north) / 2) ** 2
    half += math.cos(north) * math.cos(south) * math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    return round(2 * EARTH * math.asin(min(1.0, math.sqrt(half))))


def _outside_china(point: Point) -> bool:
    return not (72.004 <= point.longitude <= 137.8347 and 0.8293 <= point.latitude <= 55.8271)


def _waves(value: float, *parts: tuple[float, float]) -> float:
    return sum(size * math.sin(value * math.pi * rate) for size, rate in parts) * 2 / 3


def _north(x: float, y: float) -> float:
    found = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    found += _waves(x, (20, 6), (20, 2))
    return found + _waves(y, (20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))


def _east(x: float, y: float) -> float:
    found = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    found += _waves(x, (20, 6), (20, 2))
    return found + _waves(x, (20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))
