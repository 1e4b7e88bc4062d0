"""Codes of currencies: those in use, and those that a decision of its day could rightly name.

Sources: ISO 4217:2015, list one, as of 1 January 2026 (SIX, the maintenance agency), without the codes for
metals, for tests and for no currency; last days of tender from the Unicode CLDR 47, supplemental data. A
test compares both with the CLDR that is installed.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

_IN_USE = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ
    GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP
    LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR
    PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC
    SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF
    XPF YER ZAR ZMW ZWG
    BOV CHE CHW CLF COU MXV USN UYI UYW XAD XDR XSU XUA
"""
CURRENCIES = frozenset(_IN_USE.split())
"""Codes of currencies and of units of account in use; sums are set in units too, such as CLF in Chile."""

WITHDRAWN: Mapping[str, date] = MappingProxyType(
    {
        "BGN": date(2026, 1, 31),
        "ANG": date(2025, 6, 30),
        "ZWL": date(2024, 8, 31),
        "SLL": date(2023, 12, 31),
        "HRK": date(2023, 1, 14),
        "CUC": date(2021, 1, 1),
        "VEF": date(2018, 8, 20),
        "MRO": date(2018, 6, 30),
        "STD": date(2017, 12, 31),
        "BYR": date(2017, 1, 1),
        "LTL": date(2014, 12, 31),
        "LVL": date(2013, 12, 31),
        "ZMK": date(2013, 1, 1),
        "EEK": date(2010, 12, 31),
        "SKK": date(2009, 1, 1),
        "TMM": date(2009, 1, 1),
        "ZWD": date(2008, 8, 1),
        "VEB": date(2008, 6, 30),
        "CYP": date(2008, 1, 31),
        "MTL": date(2008, 1, 31),
        "GHC": date(2007, 12, 31),
        "SIT": date(2007, 1, 14),
        "AZM": date(2006, 12, 31),
        "MZM": date(2006, 12, 31),
        "ROL": date(2006, 12, 31),
        "TRL": date(2005, 12, 31),
        "ATS": date(2002, 2, 28),
        "BEF": date(2002, 2, 28),
        "DEM": date(2002, 5, 15),
        "ESP": date(2002, 2, 28),
        "FIM": date(2002, 2, 28),
        "FRF": date(2002, 2, 17),
        "GRD": date(2002, 2, 28),
        "IEP": date(2002, 2, 9),
        "ITL": date(2002, 2, 28),
        "LUF": date(2002, 2, 28),
        "NLG": date(2002, 2, 28),
        "PTE": date(2002, 2, 28),
    }
)
"""Last day on which a code that is out of use was tender anywhere."""


def is_currency(code: str, day: date) -> bool:
    """Whether a decision of that day could name a sum in this currency.

    Args:
        code: three capital letters, as somebody wrote them.
        day: the day of the decision.
    """
    if code in CURRENCIES:
        return True
    last = WITHDRAWN.get(code)
    return last is not None and day <= last
