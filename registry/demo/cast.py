"""The invented county: its units as domain.md section 6 distributes them, and the names its people are made of."""

from dataclasses import dataclass

from registry.rules.departments import DepartmentKind


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: certified officers, legal reviewers, supervisors, and the field it enforces in."""

    code: str
    name: str
    officers: int
    reviewers: int
    supervisors: int
    field: str
    kind: DepartmentKind = DepartmentKind.ADMINISTRATIVE_ORGAN


_DEPARTMENTS = (
    ("市场监督管理局", 236, "市场监管"),
    ("交通运输局", 138, "交通运输"),
    ("自然资源局", 126, "自然资源"),
    ("农业农村局", 112, "农业农村"),
    ("城市管理局", 104, "城市管理"),
    ("住房和城乡建设局", 72, "住房和城乡建设"),
    ("卫生健康委员会", 68, "卫生健康"),
    ("平顶山市生态环境局郏县分局", 61, "生态环境"),
    ("水利局", 52, "水利"),
    ("应急管理局", 37, "应急管理"),
    ("人力资源和社会保障局", 33, "人力资源和社会保障"),
    ("文化广电和旅游局", 31, "文化市场"),
    ("烟草专卖局", 22, "烟草专卖"),
    ("司法局", 18, "司法行政"),
    ("教育体育局", 17, "教育体育"),
    ("民政局", 13, "民政"),
    ("发展和改革委员会", 12, "发展改革"),
    ("医疗保障局", 11, "医疗保障"),
    ("统计局", 9, "统计"),
)
_TOWNSHIPS = (
    "龙山街道办事处",
    "东城街道办事处",
    "冢头镇人民政府",
    "安良镇人民政府",
    "堂街镇人民政府",
    "薛店镇人民政府",
    "长桥镇人民政府",
    "茨芭镇人民政府",
    "黄道镇人民政府",
    "李口镇人民政府",
    "王集乡人民政府",
    "姚庄回族乡人民政府",
    "白庙乡人民政府",
    "广阔天地乡人民政府",
    "渣园乡人民政府",
)
_BIG_TOWNSHIPS = 12
_UNITS_WITH_TWO_REVIEWERS = 21
BUREAU = "郏县司法局"
CITY_BUREAU = "平顶山市司法局"
_BUREAU_SUPERVISORS = 19


def units() -> list[Unit]:
    """The 34 units: 19 departments and 15 townships; 1,289 officers, 85 supervisors, 55 reviewers."""
    sizes = [(_full(name), officers, field) for name, officers, field in _DEPARTMENTS]
    sizes += [(name, 8 if n < _BIG_TOWNSHIPS else 7, "综合行政执法") for n, name in enumerate(_TOWNSHIPS)]
    return [_unit(n, name, officers, field) for n, (name, officers, field) in enumerate(sizes)]


def _full(name: str) -> str:
    return name if "郏县" in name else f"郏县{name}"


def _unit(n: int, name: str, officers: int, field: str) -> Unit:
    return Unit(
        code=f"{n + 1:03}",
        name=name,
        officers=officers,
        reviewers=2 if n < _UNITS_WITH_TWO_REVIEWERS else 1,
        supervisors=_BUREAU_SUPERVISORS if name == BUREAU else 2,
        field=field,
        kind=DepartmentKind.AUTHORISED_ORGANISATION if "分局" in name else DepartmentKind.ADMINISTRATIVE_ORGAN,
    )


SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
COMPOUND_SURNAMES = ("欧阳", "司马", "上官", "诸葛")
MEN = "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆旭宁龙林阳成志建国文武振海峰岩松柏毅诚峻喆堃"
WOMEN = "芳娜敏静丽艳娟霞燕玲桂英秀兰红梅琳雪婷慧莹洁颖倩丹萍蕾薇璐瑶雯佳欣悦怡晴岚舒祎"
POSTS = ("科员", "一级科员", "二级科员", "执法队员", "中队长", "副中队长", "股长", "副股长")
SECTION_POSTS = ("局长", "副局长", "党组成员", "大队长", "副大队长")
SECTIONS = ("综合执法大队", "法制股", "执法一中队", "执法二中队", "执法三中队", "政策法规股", "行政审批股")
MAJORS = (
    "法学",
    "行政管理",
    "会计学",
    "土木工程",
    "环境工程",
    "农学",
    "计算机科学与技术",
    "汉语言文学",
    "公共事业管理",
)
ETHNICITIES = ("汉族",) * 30 + ("回族",) * 2 + ("满族",)

LECTURES = (
    "习近平法治思想专题辅导",
    "《行政处罚法》（2021年修订）解读",
    "行政执法三项制度实务",
    "重大执法决定法制审核要点",
    "行政执法全过程记录规范",
    "行政复议与应诉案例评析",
    "民法典与行政执法",
    "优化营商环境法治专题",
    "服务型行政执法专题",
    "执法文书与案卷评查",
    "行政裁量权基准适用",
)
