"""The fixed parts of an HWPX document: fonts, borders, character and paragraph shapes, styles, page setup."""

from __future__ import annotations

NAMESPACES = (
    " ".join(
        f'xmlns:{prefix}="http://www.hancom.co.kr/{place}"'
        for prefix, place in (
            ("ha", "hwpml/2011/app"),
            ("hp", "hwpml/2011/paragraph"),
            ("hs", "hwpml/2011/section"),
            ("hc", "hwpml/2011/core"),
            ("hh", "hwpml/2011/head"),
            ("hpf", "schema/2011/hpf"),
            ("hp10", "hwpml/2016/paragraph"),
            ("hhs", "hwpml/2011/history"),
            ("hm", "hwpml/2011/master-page"),
            ("ooxmlchart", "hwpml/2016/ooxmlchart"),
            ("hwpunitchar", "hwpml/2016/HwpUnitChar"),
        )
    )
    + ' xmlns:opf="http://www.idpf.org/2007/opf/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:epub="http://www.idpf.org/2007/ops" xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0"'
)

SCRIPTS = ("HANGUL", "LATIN", "HANJA", "JAPANESE", "OTHER", "SYMBOL", "USER")


def _same(tag: str, value: str) -> str:
    return f"<hh:{tag} " + " ".join(f'{script.lower()}="{value}"' for script in SCRIPTS) + "/>"


def _fonts() -> str:
    faces = "".join(
        f'<hh:fontface lang="{script}" fontCnt="2">'
        '<hh:font id="0" face="함초롬돋움" type="TTF" isEmbedded="0"/>'
        '<hh:font id="1" face="함초롬바탕" type="TTF" isEmbedded="0"/></hh:fontface>'
        for script in SCRIPTS
    )
    return f'<hh:fontfaces itemCnt="7">{faces}</hh:fontfaces>'


def _border(number: int, kind: str, fill: str) -> str:
    sides = "".join(
        f'<hh:{side}Border type="{kind}" width="0.12 mm" color="#000000"/>'
        for side in ("left", "right", "top", "bottom")
    )
    brush = f'<hc:fillBrush><hc:winBrush faceColor="{fill}" hatchColor="#999999" alpha="0"/></hc:fillBrush>'
    return (
        f'<hh:borderFill id="{number}" threeD="0" shadow="0" centerLine="NONE" breakCellSeparateLine="0">'
        '<hh:slash type="NONE" Crooked="0" isCounter="0"/><hh:backSlash type="NONE" Crooked="0" '
        'isCounter="0"/>'
        f'{sides}<hh:diagonal type="SOLID" width="0.1 mm" color="#000000"/>{brush}</hh:borderFill>'
    )


def _character(number: int, height: int, font: int, bold: bool) -> str:
    return (
        f'<hh:charPr id="{number}" height="{height}" textColor="#000000" shadeColor="none" '
        'useFontSpace="0" '
        'useKerning="0" symMark="NONE" '
        f'borderFillIDRef="2">{_same("fontRef", str(font))}{_same("ratio", "100")}'
        f"{_same('spacing', '0')}{_same('relSz', '100')}{_same('offset', '0')}{'<hh:bold/>' if bold else ''}"
        '<hh:underline type="NONE" shape="SOLID" color="#000000"/><hh:strikeout shape="NONE" '
        'color="#000000"/>'
        '<hh:outline type="NONE"/><hh:shadow type="NONE" color="#B2B2B2" offsetX="10" '
        'offsetY="10"/></hh:charPr>'
    )


def _shape(number: int, align: str = "JUSTIFY", left: int = 0, before: int = 0, outline: bool = False) -> str:
    heading = (
        '<hh:heading type="OUTLINE" idRef="0" level="0"/>'
        if outline
        else '<hh:heading type="NONE" idRef="0" level="0"/>'
    )
    margin = "".join(
        f'<hc:{side} value="{value}" unit="HWPUNIT"/>'
        for side, value in (("intent", 0), ("left", left), ("right", 0), ("prev", before), ("next", 100))
    )
    return (
        f'<hh:paraPr id="{number}" tabPrIDRef="0" condense="0" fontLineHeight="0" snapToGrid="1" '
        f'suppressLineNumbers="0" checked="0"><hh:align horizontal="{align}" vertical="BASELINE"/>{heading}'
        '<hh:breakSetting breakLatinWord="KEEP_WORD" breakNonLatinWord="KEEP_WORD" widowOrphan="0" '
        'keepWithNext="0" keepLines="0" pageBreakBefore="0" lineWrap="BREAK"/>'
        f'<hh:autoSpacing eAsianEng="0" eAsianNum="0"/><hh:margin>{margin}</hh:margin>'
        '<hh:lineSpacing type="PERCENT" value="160" unit="HWPUNIT"/>'
        '<hh:border borderFillIDRef="2" offsetLeft="0" offsetRight="0" offsetTop="0" '
        'offsetBottom="0" connect="0" '
        'ignoreMargin="0"/></hh:paraPr>'
    )


def _style(number: int, name: str, english: str, shape: int, character: int) -> str:
    return (
        f'<hh:style id="{number}" type="PARA" name="{name}" engName="{english}" paraPrIDRef="{shape}" '
        f'charPrIDRef="{character}" nextStyleIDRef="0" langID="1042" lockForm="0"/>'
    )


def _level(level: int) -> str:
    return (
        f'<hh:paraHead start="1" level="{level}" align="LEFT" useInstWidth="1" autoIndent="1" '
        'widthAdjust="0" '
        'textOffsetType="PERCENT" textOffset="50" numFormat="DIGIT" charPrIDRef="4294967295" '
        f'checkable="0">^{level}.'
        "</hh:paraHead>"
    )


HEADER = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes" ?><hh:head {NAMESPACES} version="1.4" '
    'secCnt="1">'
    '<hh:beginNum page="1" footnote="1" endnote="1" pic="1" tbl="1" equation="1"/><hh:refList>'
    f'{_fonts()}<hh:borderFills itemCnt="4">{_border(1, "NONE", "none")}{_border(2, "NONE", "none")}'
    f"{_border(3, 'SOLID', 'none')}{_border(4, 'SOLID', '#E6E6E6')}</hh:borderFills>"
    f'<hh:charProperties itemCnt="4">{_character(0, 1000, 1, False)}{_character(1, 1300, 0, True)}'
    f"{_character(2, 2000, 0, True)}{_character(3, 1000, 0, True)}</hh:charProperties>"
    '<hh:tabProperties itemCnt="1"><hh:tabPr id="0" autoTabLeft="0" autoTabRight="0"/></hh:tabProperties>'
    '<hh:numberings itemCnt="1"><hh:numbering id="1" '
    f'start="0">{"".join(map(_level, range(1, 8)))}</hh:numbering>'
    "</hh:numberings><hh:paraProperties "
    f'itemCnt="5">{_shape(0)}{_shape(1, "LEFT", before=800, outline=True)}'
    f"{_shape(2, 'CENTER', before=400)}{_shape(3, left=1000)}{_shape(4, 'CENTER')}</hh:paraProperties>"
    f'<hh:styles itemCnt="3">{_style(0, "바탕글", "Normal", 0, 0)}{_style(1, "본문", "Body", 0, 0)}'
    f"{_style(2, '개요 1', 'Outline 1', 1, 1)}</hh:styles></hh:refList>"
    '<hh:compatibleDocument targetProgram="HWP201X"><hh:layoutCompatibility/></hh:compatibleDocument>'
    '<hh:docOption><hh:linkinfo path="" pageInherit="0" footnoteInherit="0"/></hh:docOption></hh:head>'
)

_NOTE = '<hp:autoNumFormat type="DIGIT" userChar="" prefixChar="" suffixChar=")" supscript="0"/>'
_NOTE_LINE = '<hp:noteLine length="-1" type="SOLID" width="0.12 mm" color="#000000"/>'
_NOTE_SPACE = '<hp:noteSpacing betweenNotes="283" belowLine="567" aboveLine="850"/>'
_NOTE_NUMBER = '<hp:numbering type="CONTINUOUS" newNum="1"/>'

SECTION_PROPERTIES = (
    '<hp:secPr id="" textDirection="HORIZONTAL" spaceColumns="1134" tabStop="8000" tabStopVal="4000" '
    'tabStopUnit="HWPUNIT" outlineShapeIDRef="1" memoShapeIDRef="0" textVerticalWidthHead="0" '
    'masterPageCnt="0">'
    '<hp:grid lineGrid="0" charGrid="0" wonggojiFormat="0"/>'
    '<hp:startNum pageStartsOn="BOTH" page="0" pic="0" tbl="0" equation="0"/>'
    '<hp:visibility hideFirstHeader="0" hideFirstFooter="0" hideFirstMasterPage="0" border="SHOW_ALL" '
    'fill="SHOW_ALL" hideFirstPageNum="0" hideFirstEmptyLine="0" showLineNumber="0"/>'
    '<hp:lineNumberShape restartType="0" countBy="0" distance="0" startNumber="0"/>'
    '<hp:pagePr landscape="WIDELY" width="59528" height="84188" gutterType="LEFT_ONLY">'
    '<hp:margin header="4252" footer="4252" gutter="0" left="8504" right="8504" top="5668" '
    'bottom="4252"/></hp:pagePr>'
    f"<hp:footNotePr>{_NOTE}{_NOTE_LINE}{_NOTE_SPACE}{_NOTE_NUMBER}"
    '<hp:placement place="EACH_COLUMN" beneathText="0"/></hp:footNotePr>'
    f"<hp:endNotePr>{_NOTE}{_NOTE_LINE}{_NOTE_SPACE}{_NOTE_NUMBER}"
    '<hp:placement place="END_OF_DOCUMENT" beneathText="0"/></hp:endNotePr></hp:secPr>'
    '<hp:ctrl><hp:colPr id="" type="NEWSPAPER" layout="LEFT" colCount="1" sameSz="1" '
    'sameGap="0"/></hp:ctrl>'
)
