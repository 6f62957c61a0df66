"""Finding somebody's time zone from what their clock shows: well-known cities, one entry per IANA zone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.zones import zone_of

MOST = 25
"""The longest list a platform shows."""

SLOWNESS = timedelta(minutes=3)
"""An hour that was chosen this long ago still counts: it may have passed while the list was open."""

_DAY_MINUTES = 24 * 60
_SAME = (timedelta(0), timedelta(days=-1))
"""How far two clocks of the same time may be apart, counted modulo a day: one ahead by 14 hours, or behind by 10."""


@dataclass(frozen=True, slots=True)
class City:
    """A zone, and the cities people know it by; the first is how it is called in a sentence."""

    zone: str
    names: tuple[str, ...]

    @property
    def label(self) -> str:
        """All names: "Berlin, Hamburg, Munich"."""
        return ", ".join(self.names)


_KNOWN = """
Pacific/Pago_Pago: Pago Pago
Pacific/Honolulu: Honolulu
America/Anchorage: Anchorage
America/Los_Angeles: San Francisco, Los Angeles, Seattle
America/Vancouver: Vancouver
America/Phoenix: Phoenix
America/Denver: Denver, Salt Lake City
America/Edmonton: Calgary, Edmonton
America/Mexico_City: Mexico City
America/Chicago: Chicago, Austin, Dallas
America/Winnipeg: Winnipeg
America/Regina: Regina
America/Guatemala: Guatemala City
America/Costa_Rica: San José
America/Bogota: Bogotá
America/Lima: Lima
America/Panama: Panama City
America/Jamaica: Kingston
America/Guayaquil: Quito, Guayaquil
America/New_York: New York, Boston, Atlanta
America/Toronto: Toronto, Montréal
America/Havana: Havana
America/Caracas: Caracas
America/La_Paz: La Paz
America/Puerto_Rico: San Juan
America/Santo_Domingo: Santo Domingo
America/Halifax: Halifax
America/Santiago: Santiago
America/Asuncion: Asunción
America/St_Johns: St. John's
America/Sao_Paulo: São Paulo, Rio de Janeiro
America/Argentina/Buenos_Aires: Buenos Aires
America/Montevideo: Montevideo
America/Nuuk: Nuuk
Atlantic/Azores: Ponta Delgada
Atlantic/Cape_Verde: Praia
UTC: UTC
Atlantic/Reykjavik: Reykjavík
Africa/Accra: Accra
Africa/Dakar: Dakar
Africa/Abidjan: Abidjan
Europe/London: London, Edinburgh, Cambridge
Europe/Dublin: Dublin
Europe/Lisbon: Lisbon
Africa/Casablanca: Casablanca
Africa/Lagos: Lagos
Africa/Algiers: Algiers
Africa/Tunis: Tunis
Africa/Kinshasa: Kinshasa
Europe/Berlin: Berlin, Hamburg, Munich
Europe/Paris: Paris, Lyon
Europe/Madrid: Madrid, Barcelona
Europe/Rome: Rome, Milan
Europe/Amsterdam: Amsterdam
Europe/Brussels: Brussels
Europe/Zurich: Zurich, Geneva
Europe/Vienna: Vienna
Europe/Prague: Prague
Europe/Warsaw: Warsaw, Kraków
Europe/Budapest: Budapest
Europe/Belgrade: Belgrade, Zagreb
Europe/Copenhagen: Copenhagen
Europe/Stockholm: Stockholm
Europe/Oslo: Oslo
Africa/Johannesburg: Johannesburg, Cape Town
Africa/Cairo: Cairo
Europe/Athens: Athens
Europe/Helsinki: Helsinki
Europe/Tallinn: Tallinn
Europe/Riga: Riga
Europe/Vilnius: Vilnius
Europe/Kyiv: Kyiv
Europe/Bucharest: Bucharest
Europe/Sofia: Sofia
Asia/Jerusalem: Tel Aviv, Jerusalem
Asia/Beirut: Beirut
Africa/Nairobi: Nairobi
Africa/Addis_Ababa: Addis Ababa
Europe/Istanbul: Istanbul
Europe/Moscow: Moscow
Europe/Minsk: Minsk
Asia/Riyadh: Riyadh
Asia/Baghdad: Baghdad
Asia/Amman: Amman
Asia/Tehran: Tehran
Asia/Dubai: Dubai, Abu Dhabi
Asia/Tbilisi: Tbilisi
Asia/Yerevan: Yerevan
Asia/Baku: Baku
Asia/Kabul: Kabul
Asia/Karachi: Karachi, Lahore
Asia/Tashkent: Tashkent
Asia/Almaty: Almaty
Asia/Kolkata: Bengaluru, Mumbai, Delhi
Asia/Colombo: Colombo
Asia/Kathmandu: Kathmandu
Asia/Dhaka: Dhaka
Asia/Yangon: Yangon
Asia/Bangkok: Bangkok
Asia/Jakarta: Jakarta
Asia/Ho_Chi_Minh: Ho Chi Minh City, Hanoi
Asia/Singapore: Singapore
Asia/Kuala_Lumpur: Kuala Lumpur
Asia/Hong_Kong: Hong Kong
Asia/Shanghai: Shanghai, Beijing
Asia/Taipei: Taipei
Asia/Manila: Manila
Australia/Perth: Perth
Asia/Tokyo: Tokyo, Osaka
Asia/Seoul: Seoul
Australia/Darwin: Darwin
Australia/Adelaide: Adelaide
Australia/Brisbane: Brisbane
Australia/Sydney: Sydney, Melbourne
Pacific/Guam: Guam
Pacific/Noumea: Nouméa
Pacific/Fiji: Suva
Pacific/Auckland: Auckland, Wellington
Pacific/Chatham: Chatham Islands
Pacific/Apia: Apia
Pacific/Kiritimati: Kiritimati
"""


def _read(line: str) -> City:
    zone, _, names = line.partition(": ")
    return City(zone, tuple(names.split(", ")))


CITIES: tuple[City, ...] = tuple(_read(line) for line in _KNOWN.split("\n") if line)

_BY_ZONE = {city.zone: city for city in CITIES}


def matching(now: datetime, hour: int, first: str | None = None) -> tuple[City, ...]:
    """The cities whose clocks show this hour (0 to 23) now, from west to east, at most 25.

    Half-hour zones belong to the hour their clock shows: at 12:10 UTC both 17:10 and 17:40 are "17". An hour that ended
    a moment ago still matches, after those that match now. ``first``, if it fits, is put in front, known city or not.
    """
    exact: list[City] = []
    late: list[City] = []
    for city in CITIES:
        if _hour(city.zone, now) == hour:
            exact.append(city)
        elif _hour(city.zone, now - SLOWNESS) == hour:
            late.append(city)
    found = [*exact, *late]
    if first is not None and hour in (_hour(first, now), _hour(first, now - SLOWNESS)):
        own = _BY_ZONE.get(first, City(first, (city_name(first),)))
        found = [own, *(city for city in found if city.zone != first)]
    return tuple(found[:MOST])


def city_name(zone: str) -> str:
    """How a zone is called in a sentence: "Berlin" for Europe/Berlin."""
    known = _BY_ZONE.get(zone)
    return known.names[0] if known else zone.rsplit("/", 1)[-1].replace("_", " ")


def wall_clock(zone: str, now: datetime) -> str:
    """What the clocks of a zone show: "Tue 17:40"."""
    return now.astimezone(zone_of(zone)).strftime("%a %H:%M")


def nearest_zone(lost: str, at_minute: int, next_at: datetime | None) -> str:
    """The zone to go on with where the tz database has lost one: a city's whose clock shows what that one showed, or UTC.

    What it showed last is known from the next question: at ``next_at`` its clock is at ``at_minute`` of a day. A city of
    the same part of the world comes first.
    """
    if next_at is None:
        return "UTC"
    ahead = timedelta(minutes=(at_minute - (next_at.hour * 60 + next_at.minute)) % _DAY_MINUTES)
    same = [c.zone for c in CITIES if (zone_of(c.zone).utcoffset(next_at) or timedelta()) - ahead in _SAME]
    part = lost.partition("/")[0] + "/"
    return next((zone for zone in same if zone.startswith(part)), same[0] if same else "UTC")


def _hour(zone: str, now: datetime) -> int:
    return now.astimezone(zone_of(zone)).hour
