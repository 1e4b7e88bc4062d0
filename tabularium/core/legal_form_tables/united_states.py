"""Legal forms of the United States."""

from tabularium.core.legal_form import LegalForm, organisation, person

# State law, after the Uniform Acts; 12 USC 22 for "national" banks. "Company" and "Co." alone tell
# nothing: a sole proprietor may trade so. A CCN is given to institutions (42 USC 1395x, 1396r).
UNITED_STATES: tuple[LegalForm, ...] = (
    organisation(
        "us-llc",
        "Limited liability company",
        "Limited liability company",
        anywhere=(
            "L.L.C.",
            "limited liability company",
            "limited liability co",
            "Ltd. Liability Co.",
        ),
        written=("L.C.",),
    ),
    organisation(
        "us-corporation",
        "Corporation",
        "Corporation",
        anywhere=("Inc.", "Incorporated", "Corp.", "Corporation"),
        written=("Ltd.", "Limited", "Co., Inc."),
    ),
    organisation(
        "us-pllc",
        "Professional limited liability company",
        "Professional limited liability company",
        anywhere=("P.L.L.C.", "professional limited liability company"),
    ),
    organisation(
        "us-pc",
        "Professional corporation",
        "Professional corporation",
        written=("P.C.", "professional corporation", "professional association", "A.P.L.C."),
    ),
    organisation(
        "us-llp",
        "Limited liability partnership",
        "Limited liability partnership",
        anywhere=("L.L.P.", "R.L.L.P.", "L.L.L.P.", "limited liability partnership"),
    ),
    organisation(
        "us-lp",
        "Limited partnership",
        "Limited partnership",
        written=("L.P.", "limited partnership"),
    ),
    organisation(
        "us-bank",
        "Chartered bank or credit union",
        "Chartered bank or credit union",
        written=("N.A.", "F.S.B.", "S.S.B."),
        anywhere=(
            "national association",
            "state bank",
            "national bank",
            "savings bank",
            "bank and trust",
            "bank trust company",
            "trust company",
            "bancorp",
            "bancorporation",
            "bancshares",
            "bankshares",
            "credit union",
            "savings and loan association",
        ),
    ),
    organisation(
        "us-nonprofit",
        "Nonprofit organisation",
        "Nonprofit organisation",
        column_only=("nonprofit", "non-profit", "nonprofit corporation", "501(c)(3)"),
    ),
    organisation(
        "us-public-body",
        "Public body",
        "Public body",
        written=("school district", "police jury", "school board"),
        column_only=("government", "government agency", "municipality"),
    ),
    organisation(
        "us-certified-institution",
        "Institution certified for Medicare or Medicaid",
        "Institution certified for Medicare or Medicaid",
    ),
    person(
        "us-sole-proprietorship",
        "Sole proprietorship",
        "Sole proprietorship",
        written=("sole proprietorship", "sole proprietor", "a sole proprietorship"),
        column_only=("Individual", "Individual/sole proprietor", "sole prop"),
    ),
    person(
        "us-general-partnership",
        "General partnership",
        "General partnership",
        written=("general partnership", "a general partnership"),
        column_only=("Partnership", "G.P."),
    ),
)
