"""The road to a certificate: applying, deciding step by step, approving, and who finds what at which desk."""

from registry.services.applications.entering import Entered as Entered
from registry.services.applications.entering import LeftOut as LeftOut
from registry.services.applications.entering import PutUp as PutUp
from registry.services.applications.entering import Wanted as Wanted
from registry.services.applications.entering import enter as enter
from registry.services.applications.entering import put_up as put_up
from registry.services.applications.entering import under_way as under_way
from registry.services.applications.judging import Case as Case
from registry.services.applications.listing import ApplicationFile as ApplicationFile
from registry.services.applications.listing import ApplicationFilter as ApplicationFilter
from registry.services.applications.listing import ApplicationPage as ApplicationPage
from registry.services.applications.listing import ApplicationRow as ApplicationRow
from registry.services.applications.listing import file_of as file_of
from registry.services.applications.listing import get as get
from registry.services.applications.listing import ids_of as ids_of
from registry.services.applications.listing import of_certificate as of_certificate
from registry.services.applications.listing import of_person as of_person
from registry.services.applications.listing import of_the_day as of_the_day
from registry.services.applications.listing import search as search
from registry.services.applications.listing import waiting_count as waiting_count
from registry.services.applications.offering import Offer as Offer
from registry.services.applications.offering import offers as offers
from registry.services.applications.stepping import Said as Said
from registry.services.applications.stepping import preview as preview
from registry.services.applications.stepping import take as take
