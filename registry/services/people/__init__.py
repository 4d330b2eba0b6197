"""People: recorded, changed, found, their file. One file a verb."""

from registry.services.people.ending import assess as assess
from registry.services.people.ending import end_appointment as end_appointment
from registry.services.people.entries import PersonEntry as PersonEntry
from registry.services.people.files import PersonFile as PersonFile
from registry.services.people.files import file_of as file_of
from registry.services.people.files import get as get
from registry.services.people.files import names as names
from registry.services.people.files import reveal_identity as reveal_identity
from registry.services.people.finding import PersonFilter as PersonFilter
from registry.services.people.finding import PersonPage as PersonPage
from registry.services.people.finding import PersonRow as PersonRow
from registry.services.people.finding import count as count
from registry.services.people.finding import search as search
from registry.services.people.finding import some as some
from registry.services.people.registering import bring_in as bring_in
from registry.services.people.registering import change as change
from registry.services.people.registering import known_people as known_people
from registry.services.people.registering import obstacles as obstacles
from registry.services.people.registering import register as register
