"""States and provinces by their codes, for the countries whose addresses are mostly written with them.

Elsewhere the code stays as it was sent and the name is not known.
"""

_LISTED = {
    "AU": (
        "ACT Australian Capital Territory; NSW New South Wales; NT Northern Territory; QLD Queensland; "
        "SA South Australia; TAS Tasmania; VIC Victoria; WA Western Australia"
    ),
    "BR": (
        "AC Acre; AL Alagoas; AP Amapá; AM Amazonas; BA Bahia; CE Ceará; DF Federal District; ES Espírito Santo; "
        "GO Goiás; MA Maranhão; MT Mato Grosso; MS Mato Grosso do Sul; MG Minas Gerais; PA Pará; PB Paraíba; "
        "PR Paraná; PE Pernambuco; PI Piauí; RN Rio Grande do Norte; RS Rio Grande do Sul; RJ Rio de Janeiro; "
        "RO Rondônia; RR Roraima; SC Santa Catarina; SP São Paulo; SE Sergipe; TO Tocantins"
    ),
    "CA": (
        "AB Alberta; BC British Columbia; MB Manitoba; NB New Brunswick; NL Newfoundland and Labrador; "
        "NT Northwest Territories; NS Nova Scotia; NU Nunavut; ON Ontario; PE Prince Edward Island; QC Quebec; "
        "SK Saskatchewan; YT Yukon"
    ),
    "GB": ("ENG England; NIR Northern Ireland; SCT Scotland; WLS Wales"),
    "IN": (
        "AN Andaman and Nicobar Islands; AP Andhra Pradesh; AR Arunachal Pradesh; AS Assam; BR Bihar; "
        "CH Chandigarh; CG Chhattisgarh; DN Dadra and Nagar Haveli; DD Daman and Diu; DL Delhi; GA Goa; "
        "GJ Gujarat; HR Haryana; HP Himachal Pradesh; JK Jammu and Kashmir; JH Jharkhand; KA Karnataka; KL Kerala; "
        "LA Ladakh; LD Lakshadweep; MP Madhya Pradesh; MH Maharashtra; MN Manipur; ML Meghalaya; MZ Mizoram; "
        "NL Nagaland; OR Odisha; PY Puducherry; PB Punjab; RJ Rajasthan; SK Sikkim; TN Tamil Nadu; TS Telangana; "
        "TR Tripura; UP Uttar Pradesh; UK Uttarakhand; WB West Bengal"
    ),
    "MX": (
        "AGS Aguascalientes; BC Baja California; BCS Baja California Sur; CAMP Campeche; CHIS Chiapas; "
        "CHIH Chihuahua; DF Ciudad de México; COAH Coahuila; COL Colima; DGO Durango; GTO Guanajuato; "
        "GRO Guerrero; HGO Hidalgo; JAL Jalisco; MEX México; MICH Michoacán; MOR Morelos; NAY Nayarit; "
        "NL Nuevo León; OAX Oaxaca; PUE Puebla; QRO Querétaro; QROO Quintana Roo; SLP San Luis Potosí; "
        "SIN Sinaloa; SON Sonora; TAB Tabasco; TAMPS Tamaulipas; TLAX Tlaxcala; VER Veracruz; YUC Yucatán; "
        "ZAC Zacatecas"
    ),
    "NZ": (
        "AUK Auckland; BOP Bay of Plenty; CAN Canterbury; GIS Gisborne; HKB Hawke’s Bay; MWT Manawatu-Wanganui; "
        "MBH Marlborough; NSN Nelson; NTL Northland; OTA Otago; STL Southland; TKI Taranaki; TAS Tasman; "
        "WKO Waikato; WGN Wellington; WTC West Coast"
    ),
    "US": (
        "AL Alabama; AK Alaska; AS American Samoa; AZ Arizona; AR Arkansas; CA California; CO Colorado; "
        "CT Connecticut; DE Delaware; DC District of Columbia; FM Micronesia; FL Florida; GA Georgia; GU Guam; "
        "HI Hawaii; ID Idaho; IL Illinois; IN Indiana; IA Iowa; KS Kansas; KY Kentucky; LA Louisiana; ME Maine; "
        "MH Marshall Islands; MD Maryland; MA Massachusetts; MI Michigan; MN Minnesota; MS Mississippi; "
        "MO Missouri; MT Montana; NE Nebraska; NV Nevada; NH New Hampshire; NJ New Jersey; NM New Mexico; "
        "NY New York; NC North Carolina; ND North Dakota; MP Northern Mariana Islands; OH Ohio; OK Oklahoma; "
        "OR Oregon; PW Palau; PA Pennsylvania; PR Puerto Rico; RI Rhode Island; SC South Carolina; "
        "SD South Dakota; TN Tennessee; TX Texas; VI U.S. Virgin Islands; UT Utah; VT Vermont; VA Virginia; "
        "WA Washington; WV West Virginia; WI Wisconsin; WY Wyoming"
    ),
    "ZA": (
        "EC Eastern Cape; FS Free State; GP Gauteng; NL KwaZulu-Natal; LP Limpopo; MP Mpumalanga; NW North West; "
        "NC Northern Cape; WC Western Cape"
    ),
}


def _by_code(listed: str) -> dict[str, str]:
    pairs = (entry.partition(" ") for entry in listed.split("; "))
    return {code: name for code, _, name in pairs}


SUBDIVISIONS = {country: _by_code(listed) for country, listed in _LISTED.items()}
