"""Typed letters as pinyin: where syllables may end, and what was meant when a letter went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from domain.catalogue.spelling import PAIRED_INITIALS

SYLLABLES = frozenset(
    (
        "a ai an ang ao ba bai ban bang bao bei ben beng bi bian biang biao bie bin bing bo bong bu ca cai can cang"
        " cao ce cei cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui"
        " chun chuo ci cong cou cu cuan cui cun cuo da dai dan dang dao de dei den deng di dia dian diao die din ding"
        " diu dong dou du duan dui dun duo e ei en eng er fa fan fang fei fen feng fiao fo fou fu ga gai gan gang gao"
        " ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha hai han hang hao he hei hen heng hong hou hu"
        " hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun ka kai kan"
        " kang kao ke kei ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao le lei len leng li"
        " lia lian liang liao lie lin ling liu lo long lou lu luan lue lun luo lv lve ma mai man mang mao me mei men"
        " meng mi mian miao mie min ming miu mo mou mu na nai nan nang nao ne nei nen neng ni nia nian niang niao nie"
        " nin ning niu nong nou nu nuan nue nun nuo nv nve o ou pa pai pan pang pao pei pen peng pi pian piao pie pin"
        " ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran rang rao re ren reng ri"
        " rong rou ru rua ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang shao she shei shen"
        " sheng shi shou shu shua shuai shuan shuang shui shun shuo si song sou su suan sui sun suo ta tai tan tang"
        " tao te tei teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wong wu"
        " xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yo yong you yu"
        " yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhei zhen zheng zhi zhong zhou"
        " zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo"
    ).split()
)
"""Toneless; the umlaut is typed as v or u, so both stand here."""

LONGEST = max(map(len, SYLLABLES))
_BEGINNINGS = frozenset(syllable[:end] for syllable in SYLLABLES for end in range(1, len(syllable)))
_ABBREVIATIONS = frozenset({syllable[0] for syllable in SYLLABLES}) | PAIRED_INITIALS
_WAYS = 8
_TYPOS = 16
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"

Pieces = tuple[str, ...]


@lru_cache(maxsize=1024)
def splits(letters: str) -> tuple[Pieces, ...]:
    """The likeliest ways to read *letters* as syllables, initials between them allowed and the last one unfinished.

    Only the ways with the fewest initials are given, at most eight; none when *letters* cannot be pinyin. Those come
    first in which no syllable begins with a vowel inside the row: xi'an is written with a mark, fan gan without.
    """
    ways: list[list[tuple[int, int, Pieces]]] = [[] for _ in range(len(letters) + 1)]
    ways[0] = [(0, 0, ())]
    for start in range(len(letters)):
        for initials, piece in _pieces(letters, start):
            end = start + len(piece)
            marks = int(start > 0 and piece[0] in "aoe")
            ways[end] += [(before + initials, more + marks, (*row, piece)) for before, more, row in ways[start]]
            ways[end].sort(key=lambda way: (way[0], way[1], len(way[2])))
            del ways[end][_WAYS:]
    found = ways[len(letters)]
    return tuple(row for initials, _, row in found if initials == found[0][0])


def _pieces(letters: str, start: int) -> Iterator[tuple[int, str]]:
    """(1 for an initial, piece) for each piece that may begin at *start*."""
    for end in range(start + 1, min(len(letters), start + LONGEST) + 1):
        piece = letters[start:end]
        if piece in SYLLABLES or (end == len(letters) and piece in _BEGINNINGS):
            yield 0, piece
        elif piece in _ABBREVIATIONS:
            yield 1, piece


def is_whole(piece: str) -> bool:
    """Whether a piece is a syllable and not an initial."""
    return piece in SYLLABLES


@lru_cache(maxsize=256)
def typos(letters: str) -> tuple[Pieces, ...]:
    """Ways to read *letters* as syllables when one syllable has a letter wrong, missing, too many or swapped.

    The likeliest come first: few syllables, and slips of the ear (z for zh, in for ing) before slips of the finger.
    """
    left = _reachable(letters)
    right = {
        len(letters) - end: tuple(piece[::-1] for piece in reversed(pieces))
        for end, pieces in _reachable(letters[::-1], backwards=True).items()
    }
    found: dict[Pieces, tuple[int, int]] = {}
    for start in left:
        for end in range(start + 1, min(len(letters), start + LONGEST + 1) + 1):
            if end not in right:
                continue
            for slip, meant in _near(letters[start:end]):
                pieces = (*left[start], meant, *right[end])
                found[pieces] = min((len(pieces), slip), found.get(pieces, (len(pieces), slip)))
    return tuple(sorted(found, key=lambda pieces: found[pieces])[:_TYPOS])


def _reachable(letters: str, *, backwards: bool = False) -> Mapping[int, Pieces]:
    """One way in whole syllables to each place that has one; *backwards*, the letters are in reverse."""
    ways: dict[int, Pieces] = {0: ()}
    for start in range(len(letters)):
        if start not in ways:
            continue
        for end in range(start + 1, min(len(letters), start + LONGEST) + 1):
            piece = letters[start:end]
            unfinished = backwards and start == 0 and piece[::-1] in _BEGINNINGS
            if unfinished or (piece[::-1] if backwards else piece) in SYLLABLES:
                ways.setdefault(end, (*ways[start], piece))
    return ways


@lru_cache(maxsize=1024)
def _near(piece: str) -> tuple[tuple[int, str], ...]:
    """(unlikeliness, syllable) for each syllable that one slip turns into *piece*."""
    cuts = [(piece[:at], piece[at:]) for at in range(len(piece) + 1)]
    swapped = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    missing = {left + letter + right for left, right in cuts for letter in _ALPHABET}
    surplus = {left + right[1:] for left, right in cuts if right}
    wrong = {left + letter + right[1:] for left, right in cuts if right for letter in _ALPHABET}
    heard = {each for each in missing | surplus | wrong if _blurred(each) == _blurred(piece)}
    found: dict[str, int] = {}
    for unlikeliness, slips in enumerate((heard, swapped, missing, surplus, wrong)):
        for syllable in sorted(slips & SYLLABLES):
            if len(syllable) > 1 and syllable != piece:
                found.setdefault(syllable, unlikeliness)
    return tuple((unlikeliness, syllable) for syllable, unlikeliness in found.items())


def _blurred(piece: str) -> str:
    """A piece as one hears it who keeps neither z from zh, nor n from ng, nor l from n apart."""
    if piece[1:2] == "h":
        piece = piece[0] + piece[2:]
    if piece[:1] == "n":
        piece = "l" + piece[1:]
    return piece.removesuffix("g") if piece.endswith("ng") else piece
