"""Legal forms of Peru."""

from tabularium.core.legal_form import LegalForm, organisation, person

# Ley General de Sociedades (Ley 26887); Decreto Ley 21621 for the E.I.R.L., a legal person.
PERU: tuple[LegalForm, ...] = (
    organisation(
        "pe-sa", "Sociedad anónima", "Joint-stock company", written=("S.A.", "sociedad anónima")
    ),
    organisation(
        "pe-saa",
        "Sociedad anónima abierta",
        "Open joint-stock company",
        written=("S.A.A.", "sociedad anónima abierta"),
    ),
    organisation(
        "pe-sac",
        "Sociedad anónima cerrada",
        "Closed joint-stock company",
        written=("S.A.C.", "sociedad anónima cerrada", "S.A.C.S."),
    ),
    organisation(
        "pe-srl",
        "Sociedad comercial de responsabilidad limitada",
        "Limited liability company",
        written=(
            "S.R.L.",
            "S.R.Ltda.",
            "S.C.R.L.",
            "sociedad comercial de responsabilidad limitada",
        ),
    ),
    organisation(
        "pe-eirl",
        "Empresa individual de responsabilidad limitada",
        "Single-owner limited liability company",
        written=("E.I.R.L.", "empresa individual de responsabilidad limitada"),
    ),
    organisation(
        "pe-sociedad-civil", "Sociedad civil", "Civil company", written=("S. Civil de R.L.",)
    ),
    organisation("pe-cooperativa", "Cooperativa", "Cooperative", beginning=("cooperativa",)),
    organisation("pe-asociacion", "Asociación", "Association", beginning=("asociación",)),
    organisation("pe-fundacion", "Fundación", "Foundation", beginning=("fundación",)),
    organisation(
        "pe-entidad-publica",
        "Entidad pública",
        "Public body",
        beginning=("municipalidad", "gobierno regional", "universidad nacional", "ministerio de"),
    ),
    person(
        "pe-persona-natural",
        "Persona natural con negocio",
        "Natural person with a business",
        written=("persona natural", "persona natural con negocio", "empresa unipersonal"),
        column_only=("unipersonal",),
    ),
)
