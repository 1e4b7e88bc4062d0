"""Legal forms of Mexico."""

from tabularium.core.legal_form import LegalForm, organisation, person

# Ley General de Sociedades Mercantiles; Código Civil Federal (A.C., S.C.); Ley Agraria (S.P.R.).
MEXICO: tuple[LegalForm, ...] = (
    organisation(
        "mx-sa-de-cv",
        "Sociedad anónima de capital variable",
        "Joint-stock company with variable capital",
        anywhere=("S.A. de C.V.", "sociedad anónima de capital variable"),
    ),
    organisation(
        "mx-sa", "Sociedad anónima", "Joint-stock company", written=("S.A.", "sociedad anónima")
    ),
    organisation(
        "mx-sapi",
        "Sociedad anónima promotora de inversión",
        "Investment promotion company",
        written=("S.A.P.I.",),
        anywhere=("S.A.P.I. de C.V.", "sociedad anónima promotora de inversión"),
    ),
    organisation(
        "mx-sab",
        "Sociedad anónima bursátil",
        "Listed joint-stock company",
        written=("S.A.B.",),
        anywhere=("S.A.B. de C.V.", "sociedad anónima bursátil"),
    ),
    organisation(
        "mx-srl",
        "Sociedad de responsabilidad limitada",
        "Limited liability company",
        written=(
            "S. de R.L.",
            "S.R.L.",
            "S. de R.L. C.V.",
            "S. de R.L. de M.I.",
            "S. de R.L. de I.P.",
        ),
        anywhere=(
            "S. de R.L. de C.V.",
            "S.R.L. de C.V.",
            "sociedad de responsabilidad limitada",
            "S. de R.L. M.I.",
            "S. de R.L. microindustrial",
        ),
    ),
    organisation(
        "mx-sas",
        "Sociedad por acciones simplificada",
        "Simplified joint-stock company",
        written=("S.A.S.",),
        anywhere=("S.A.S. de C.V.", "sociedad por acciones simplificada"),
    ),
    organisation(
        "mx-sociedad-cooperativa",
        "Sociedad cooperativa",
        "Cooperative",
        written=(
            "S.C. de R.L.",
            "S.C.L.",
            "S.C. de R.S.",
            "S. Coop. de R.L.",
            "S.C. de P. de R.L.",
        ),
        anywhere=("S.C. de R.L. de C.V.", "sociedad cooperativa"),
    ),
    organisation(
        "mx-spr",
        "Sociedad de producción rural",
        "Rural production society",
        written=("S.P.R.", "S. de P.R. de R.L.", "S.P.R. de R.S."),
        anywhere=(
            "S.P.R. de R.L.",
            "S.P.R. de R.I.",
            "sociedad de producción rural",
            "S. de P.R. de R.L.",
        ),
    ),
    organisation(
        "mx-sss",
        "Sociedad de solidaridad social",
        "Social solidarity society",
        written=("S.S.S.", "S. de S.S."),
        anywhere=("sociedad de solidaridad social",),
    ),
    organisation(
        "mx-sociedad-civil",
        "Sociedad civil",
        "Civil company",
        written=("S.C.", "S.C.P.", "sociedad civil", "sociedad civil particular"),
    ),
    organisation(
        "mx-asociacion-civil",
        "Asociación civil",
        "Civil association",
        written=("A.C.", "asociación civil"),
        anywhere=("asociación civil",),
    ),
    organisation(
        "mx-asistencia-privada",
        "Institución de asistencia o beneficencia privada",
        "Private charitable institution",
        written=("I.A.P.", "A.B.P.", "I.B.P.", "institución de asistencia privada"),
    ),
    organisation(
        "mx-comandita",
        "Sociedad en comandita",
        "Limited partnership",
        written=(
            "S. en C.",
            "S. en C. por A.",
            "S. en C. de C.V.",
            "S. en N.C.",
            "S. en N.C. de C.V.",
        ),
    ),
    organisation(
        "mx-institucion-de-credito",
        "Institución de crédito",
        "Bank or financial institution",
        anywhere=("institución de banca múltiple", "SOFOM E.N.R.", "SOFOM E.R.", "S.N.C."),
    ),
    organisation(
        "mx-sindicato",
        "Sindicato",
        "Trade union",
        beginning=("sindicato", "confederación"),
    ),
    organisation(
        "mx-organismo-publico",
        "Organismo público",
        "Public body",
        beginning=(
            "secretaría de",
            "municipio de",
            "ayuntamiento de",
            "universidad autónoma",
            "instituto nacional de",
            "comisión nacional",
            "gobierno del estado",
        ),
    ),
    person(
        "mx-persona-fisica",
        "Persona física",
        "Natural person",
        written=("persona física", "persona física con actividad empresarial"),
        column_only=("P.F.", "Física", "Empresario individual"),
    ),
)
