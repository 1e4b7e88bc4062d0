"""Legal forms of China."""

from tabularium.core.legal_form import LegalForm, organisation, person

# 公司法, 民法典 (articles 87 to 108), 合伙企业法, 个人独资企业法, 农民专业合作社法. Where partners or one
# owner answer without limit and no organisation stands between (普通合伙, 个人独资), the form counts as
# people's; the special general partnership of professional firms (特殊普通合伙) is the Chinese LLP.
CHINA: tuple[LegalForm, ...] = (
    organisation(
        "cn-youxian",
        "有限责任公司",
        "Limited liability company",
        written=("有限责任公司", "有限公司", "Company Limited", "Limited", "Ltd."),
        column_only=("一人有限责任公司", "有限责任公司（自然人独资）", "有限责任公司（国有独资）"),
    ),
    organisation(
        "cn-gufen",
        "股份有限公司",
        "Joint-stock company",
        written=("股份有限公司", "股份公司", "joint stock company"),
    ),
    organisation("cn-gongsi", "公司", "Company of a form not told", written=("公司",)),
    organisation(
        "cn-youxian-hehuo",
        "有限合伙企业",
        "Limited partnership",
        written=("有限合伙", "有限合伙企业"),
    ),
    organisation(
        "cn-teshu-putong-hehuo",
        "特殊普通合伙企业",
        "Special general partnership",
        written=("特殊普通合伙", "特殊的普通合伙", "特殊普通合伙企业"),
    ),
    organisation(
        "cn-nongmin-hezuoshe",
        "农民专业合作社",
        "Farmers' specialised cooperative",
        written=("专业合作社", "合作社", "联合社", "农民专业合作社", "农民专业合作社联合社"),
    ),
    organisation(
        "cn-jiti-jingji-zuzhi",
        "农村集体经济组织",
        "Rural collective economic organisation",
        written=(
            "农村集体经济组织",
            "经济合作社",
            "股份经济合作社",
            "经济联合社",
            "股份经济合作联合社",
        ),
    ),
    organisation(
        "cn-shehui-tuanti",
        "社会团体",
        "Social organisation",
        written=("协会", "学会", "商会", "联合会", "促进会", "研究会", "社会团体", "社会团体法人"),
    ),
    organisation("cn-jijinhui", "基金会", "Foundation", written=("基金会",)),
    organisation(
        "cn-minban-feiqiye",
        "民办非企业单位",
        "Private non-enterprise unit",
        column_only=("民办非企业单位", "民办非企业单位（法人）", "社会服务机构"),
    ),
    organisation(
        "cn-shiye-danwei",
        "事业单位",
        "Public institution",
        written=("大学",),
        column_only=("事业单位", "事业单位法人", "事业法人"),
    ),
    organisation(
        "cn-jiguan",
        "机关法人",
        "Public authority",
        written=(
            "人民政府",
            "人民政府办公室",
            "管理局",
            "监管局",
            "税务局",
            "公安局",
            "财政局",
            "教育局",
            "民政局",
            "生态环境局",
            "管理委员会",
            "卫生健康委员会",
            "人民法院",
            "人民检察院",
            "街道办事处",
        ),
        column_only=("机关", "机关法人", "行政机关"),
    ),
    organisation(
        "cn-cunweihui",
        "基层群众性自治组织",
        "Village or residents' committee",
        written=("村民委员会", "居民委员会"),
    ),
    person(
        "cn-getihu",
        "个体工商户",
        "Individual business",
        written=("个体工商户", "个体经营", "个体户"),
        column_only=("个体", "自然人", "民办非企业单位（个体）"),
    ),
    person(
        "cn-geren-duzi",
        "个人独资企业",
        "Sole proprietorship enterprise",
        written=("个人独资企业", "个人独资"),
    ),
    person(
        "cn-putong-hehuo",
        "普通合伙企业",
        "General partnership",
        written=("普通合伙", "普通合伙企业"),
        column_only=("合伙", "民办非企业单位（合伙）"),
    ),
)
