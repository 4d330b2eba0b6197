"""How a name is spoken: pinyin and initials, for finding people and units without typing Chinese."""

import re
import unicodedata
from functools import cache, lru_cache

from pypinyin import Style, lazy_pinyin, pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

PINYIN_LENGTH = 120
INITIALS_LENGTH = 20

DOTS = "·•‧・･．"  # between the parts of a name; no key holds one
GIVEN = 4  # from so many letters on, a text may be the pinyin of a given name
# Every syllable without its tone; ü is v, as it is typed.
SYLLABLES = tuple(
    re.findall(
        "[a-z]+",
        """
        a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao ce
        cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun
        chuo ci cong cou cu cuan cui cun cuo da dai dan dang dao de den deng di dian diao die ding diu dong
        dou du duan dui dun duo e ei en eng er fa fan fang fei fen feng fiao fo fou fu ga gai gan gang gao ge
        gei gen geng gong gou gu gua guai guan guang gui gun guo ha hai han hang hao he hei hen heng hong hou
        hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun ka
        kai kan kang kao ke ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao le lei
        leng li lia lian liang liao lie lin ling liu lo long lou lu luan lun luo lv lve ma mai man mang mao me
        mei men meng mi mian miao mie min ming miu mo mou mu na nai nan nang nao ne nei nen neng ni nian niang
        niao nie nin ning niu nong nou nu nuan nun nuo nv nve o ou pa pai pan pang pao pei pen peng pi pian
        piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran rang rao
        re ren reng ri rong rou ru rua ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang
        shao she shen sheng shi shou shu shua shuai shuan shuang shui shun shuo si song sou su suan sui sun
        suo ta tai tan tang tao te teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei
        wen weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin
        ying yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhen
        zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo
        """,
    )
)
_BEGINS_WITH_A_SYLLABLE = re.compile("|".join(sorted(SYLLABLES, key=len, reverse=True)))
_NO_DOTS = dict.fromkeys(map(ord, DOTS))

# Characters that are read otherwise when they are a surname; the dictionary gives their everyday reading.
SURNAMES = {
    "卜": "bu",
    "仇": "qiu",
    "区": "ou",
    "乐": "yue",
    "召": "shao",
    "单": "shan",
    "员": "yun",
    "折": "she",
    "朴": "piao",
    "查": "zha",
    "种": "chong",
    "秘": "bi",
    "翟": "zhai",
    "盖": "ge",
    "曾": "zeng",
    "缪": "miao",
    "繁": "po",
    "解": "xie",
    "黑": "he",
}


IN_NAMES = {"卜": "bu"}  # wherever it stands: 阿卜杜拉


@lru_cache(maxsize=20_000)
def syllables(text: str) -> tuple[str, ...]:
    """Syllables without tones, in lower case."""
    if _holds_no_phrase(text):
        return tuple(map(_syllable, text))
    return tuple(syllable.lower() for syllable in lazy_pinyin(text))


def _holds_no_phrase(text: str) -> bool:
    """Whether each character is read by itself, as in nearly every name: then each has to be looked up only once."""
    beginnings = _beginnings_of_phrases()
    return all(ord(one) in PINYIN_DICT for one in text) and not any(
        first + second in beginnings for first, second in zip(text, text[1:], strict=False)
    )


@cache
def _beginnings_of_phrases() -> frozenset[str]:
    """The first two characters of everything that the dictionary reads as a whole."""
    return frozenset(phrase[:2] for phrase in PHRASES_DICT)


@cache
def _syllable(character: str) -> str:
    return lazy_pinyin(character)[0].lower()


def typed(text: str) -> str:
    """What somebody typed as keys are kept: plain letters of one width, without blanks, ü as v."""
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("ü", "v").replace("Ü", "V")


def bare(name: str) -> str:
    """A name without the dots between its parts: `阿卜杜拉·买买提` as one word."""
    return name.translate(_NO_DOTS)


def may_be_given(text: str) -> bool:
    """Whether a text may be the pinyin of a given name: letters enough that begin with a syllable."""
    return (
        len(text) >= GIVEN and text.isascii() and text.isalpha() and bool(_BEGINS_WITH_A_SYLLABLE.match(text.lower()))
    )


def name_syllables(name: str) -> tuple[str, ...]:
    """The same for a person's name: `曾伟` is Zeng Wei, not Ceng Wei."""
    name = bare(name)
    spoken = syllables(name)
    if not IN_NAMES.keys().isdisjoint(name) and len(spoken) == len(name):
        spoken = tuple(IN_NAMES.get(one, sound) for one, sound in zip(name, spoken, strict=True))
    return (SURNAMES[name[0]], *spoken[1:]) if name[:1] in SURNAMES else spoken


def name_pinyin(name: str) -> str:
    """`欧阳娜` → `ouyangna`."""
    return "".join(name_syllables(name))[:PINYIN_LENGTH]


def beginnings(name: str) -> list[str]:
    """Every way in which the pinyin of a name that begins like this may begin: `单` → `dan`, `shan`, `chan`."""
    spoken = {reading.lower() for reading in pinyin(name[:1], style=Style.NORMAL, heteronym=True)[0]}
    return sorted(spoken | ({SURNAMES[name[0]]} if name[:1] in SURNAMES else set()))


def name_initials(name: str) -> str:
    """`欧阳娜` → `oyn`."""
    return _first_letters(name_syllables(name), INITIALS_LENGTH)


def initials(text: str, length: int) -> str:
    """`郏县水利局` → `jxslj`."""
    return _first_letters(syllables(text), length)


def _first_letters(spoken: tuple[str, ...], length: int) -> str:
    return "".join(syllable[0] for syllable in spoken if syllable)[:length]
