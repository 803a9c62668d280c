"""Countries of ISO 3166-1 by their alpha-3 codes, and the names of those that supply raw materials."""

from __future__ import annotations

_CODES = """
ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM BLR BLZ BMU BOL BRA
BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU
EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND
HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO
LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC
NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM
SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA
UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE
"""
COUNTRIES = frozenset(_CODES.split())

#: Code, English and Dutch name; one name where both are the same.
_NAMES = """
ARE United Arab Emirates|Verenigde Arabische Emiraten
ARG Argentina|Argentinië
AUS Australia|Australië
BDI Burundi
BHR Bahrain|Bahrein
BIH Bosnia and Herzegovina|Bosnië en Herzegovina
BOL Bolivia
BRA Brazil|Brazilië
BWA Botswana
CAN Canada
CHE Switzerland|Zwitserland
CHL Chile|Chili
CHN China
CIV Ivory Coast|Ivoorkust
CMR Cameroon|Kameroen
COD DR Congo
COG Congo
COL Colombia
CUB Cuba
DOM Dominican Republic|Dominicaanse Republiek
DZA Algeria|Algerije
EGY Egypt|Egypte
ETH Ethiopia|Ethiopië
EU European Union|Europese Unie
GAB Gabon
GBR United Kingdom|Verenigd Koninkrijk
GEO Georgia|Georgië
GHA Ghana
GIN Guinea|Guinee
GTM Guatemala
GUY Guyana
HKG Hong Kong|Hongkong
IDN Indonesia|Indonesië
IND India
IRN Iran
ISL Iceland|IJsland
ISR Israel|Israël
JAM Jamaica
JOR Jordan|Jordanië
JPN Japan
KAZ Kazakhstan|Kazachstan
KOR South Korea|Zuid-Korea
LAO Laos
LBN Lebanon|Libanon
LKA Sri Lanka
MAR Morocco|Marokko
MDG Madagascar
MEX Mexico
MKD North Macedonia|Noord-Macedonië
MMR Myanmar
MNE Montenegro
MNG Mongolia|Mongolië
MOZ Mozambique
MYS Malaysia|Maleisië
NAM Namibia|Namibië
NCL New Caledonia|Nieuw-Caledonië
NGA Nigeria
NOR Norway|Noorwegen
OMN Oman
PAK Pakistan
PER Peru
PHL Philippines|Filipijnen
PNG Papua New Guinea|Papoea-Nieuw-Guinea
PRK North Korea|Noord-Korea
QAT Qatar
ROW Rest of the world|Rest van de wereld
RUS Russia|Rusland
RWA Rwanda
SAU Saudi Arabia|Saoedi-Arabië
SEN Senegal
SGP Singapore
SLE Sierra Leone
SRB Serbia|Servië
SYR Syria|Syrië
TGO Togo
THA Thailand
TJK Tajikistan|Tadzjikistan
TUN Tunisia|Tunesië
TUR Turkey|Turkije
TWN Taiwan
TZA Tanzania
UKR Ukraine|Oekraïne
USA United States|Verenigde Staten
UZB Uzbekistan|Oezbekistan
VNM Vietnam
ZAF South Africa|Zuid-Afrika
ZMB Zambia
ZWE Zimbabwe
"""
#: English and Dutch name by code.
NAMES = {
    code: (names.partition("|")[0], names.rpartition("|")[2])
    for code, _, names in (line.partition(" ") for line in _NAMES.split("\n") if line)
}
