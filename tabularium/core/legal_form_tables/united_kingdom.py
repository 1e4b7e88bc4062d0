"""Legal forms of the United Kingdom."""

from tabularium.core.legal_form import LegalForm, organisation, person

# Companies Act 2006, Limited Liability Partnerships Act 2000, Co-operative and Community Benefit
# Societies Act 2014, Charities Act 2011, Local Government Act 1972, National Health Service Act 2006.
UNITED_KINGDOM: tuple[LegalForm, ...] = (
    organisation(
        "gb-ltd",
        "Private limited company",
        "Private limited company",
        written=("Ltd.", "Limited", "Private limited company", "Cyf.", "Cyfyngedig"),
        anywhere=("Ltd.", "company limited by guarantee"),
        column_only=("Company", "Limited company", "Company limited by guarantee"),
    ),
    organisation(
        "gb-plc",
        "Public limited company",
        "Public limited company",
        written=("P.L.C.", "public limited company", "C.C.C."),
    ),
    organisation(
        "gb-llp",
        "Limited liability partnership",
        "Limited liability partnership",
        written=("L.L.P.", "limited liability partnership", "P.A.C."),
    ),
    organisation(
        "gb-lp",
        "Limited partnership",
        "Limited partnership",
        written=("L.P.", "limited partnership"),
    ),
    organisation(
        "gb-cic",
        "Community interest company",
        "Community interest company",
        written=("C.I.C.", "community interest company"),
    ),
    organisation(
        "gb-cio",
        "Charitable incorporated organisation",
        "Charitable incorporated organisation",
        written=("C.I.O.", "S.C.I.O.", "charitable incorporated organisation"),
    ),
    organisation(
        "gb-registered-society",
        "Registered society",
        "Registered society",
        written=("housing association", "co-operative society", "friendly society"),
        anywhere=("community benefit society", "co-operative society", "registered society"),
    ),
    organisation(
        "gb-unlimited",
        "Unlimited company",
        "Unlimited company",
        written=("unlimited company",),
        column_only=("Unlimited",),
    ),
    organisation(
        "gb-nhs-body",
        "National Health Service body",
        "National Health Service body",
        written=("NHS Trust", "NHS Foundation Trust", "NHS integrated care board", "Health Board"),
        column_only=("NHS Body",),
    ),
    organisation(
        "gb-local-authority",
        "Local authority",
        "Local authority",
        written=("Council",),
        beginning=("London Borough of", "Royal Borough of"),
    ),
    organisation(
        "gb-public-body",
        "Public body",
        "Public body",
        written=("government department",),
        column_only=("Public body", "Government body", "Local authority (public body)"),
    ),
    person(
        "gb-sole-trader",
        "Sole trader",
        "Sole trader",
        written=("sole trader", "sole proprietor"),
        column_only=("Individual", "Self-employed"),
    ),
    person(
        "gb-partnership",
        "Partnership",
        "Ordinary partnership",
        column_only=(
            "Partnership",
            "General partnership",
            "Unincorporated",
            "Ordinary partnership",
        ),
        written=("a partnership", "and partners (a partnership)"),
    ),
)
