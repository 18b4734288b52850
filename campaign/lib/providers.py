"""Tables: mail providers, and sites where many parties have pages. Data only.

Which spellings reach one mailbox of a provider stands in `mailbox-rules.toml`.
"""

# Providers anybody can have an address from, whatever the ending.
FREE_FAMILIES = frozenset(("yahoo", "hotmail", "outlook", "gmx", "yandex", "windowslive"))

_FREE_MAIL = """
126.com 139.com 163.com 189.cn 21cn.com abv.bg aim.com alice.it aliyun.com aol.com aol.de aol.fr arcor.de att.net
bellsouth.net bigpond.com bk.ru bluewin.ch bol.com.br btinternet.com centrum.cz charter.net comcast.net cox.net
daum.net disroot.org duck.com earthlink.net email.com email.cz email.de fastmail.com fastmail.fm foxmail.com free.fr
freenet.de gmail.com googlemail.com hanmail.net hey.com hushmail.com icloud.com iinet.net.au inbox.com inbox.ru
interia.pl internet.ru juno.com keemail.me laposte.net libero.it list.ru live.at live.be live.ca live.cl live.co.uk
live.co.za live.com live.com.ar live.com.au live.com.mx live.com.pt live.de live.dk live.fi live.fr live.ie live.in
live.it live.jp live.nl live.no live.ru live.se lycos.com mac.com mail.com mail.de mail.ru mailbox.org mailfence.com
me.com msn.com mymail.com narod.ru nate.com naver.com neuf.fr ntlworld.com o2.pl onet.pl online.de online.no
optonline.net optusnet.com.au orange.fr orange.net passport.com planet.nl pm.me posteo.de posteo.net proton.me
protonmail.ch protonmail.com qq.com rambler.ru rediffmail.com riseup.net rocketmail.com rogers.com runbox.com sapo.pt
sbcglobal.net seznam.cz sfr.fr shaw.ca simplelogin.com sina.com sky.com sohu.com startmail.com systemli.org t-online.de
talktalk.net telenet.be telus.net terra.com.br tin.it tiscali.co.uk tiscali.it tlen.pl tuta.com tuta.io tutamail.com
tutanota.com tutanota.de ukr.net uol.com.br verizon.net virgilio.it virgin.net virginmedia.com wanadoo.fr web.de wp.pl
xtra.co.nz ya.ru yeah.net ymail.com ziggo.nl zoho.com zohomail.com zohomail.eu
"""
FREE_MAIL = frozenset(_FREE_MAIL.split())

_OFTEN_MISTYPED = """
gmail.com googlemail.com hotmail.com outlook.com yahoo.com icloud.com protonmail.com hotmail.co.uk yahoo.co.uk
hotmail.fr yahoo.fr outlook.fr orange.fr laposte.net wanadoo.fr hotmail.de yahoo.de outlook.de t-online.de freenet.de
hotmail.es yahoo.es outlook.es libero.it comcast.net fastmail.com
"""
OFTEN_MISTYPED = tuple(_OFTEN_MISTYPED.split())

# Endings that exist but after a provider's name are a slip of ".com".
SLIPPED_ENDINGS = frozenset(("co", "cm", "om"))

# Sites where anybody gets a page without a domain of their own; the suffix list knows those with subdomains.
_SHARED_SITES = """
about.me actionnetwork.org angelfire.com bandcamp.com beacons.ai behance.net blogger.com bsky.app carrd.co change.org
discord.com discord.gg eventbrite.com facebook.com fb.com flickr.com github.com gitlab.com gofundme.com google.com
instagram.com issuu.com linkedin.com linktr.ee livejournal.com medium.com meetup.com notion.site notion.so
opencollective.com patreon.com pinterest.com reddit.com soundcloud.com squarespace.com substack.com t.me telegram.me
threads.net tiktok.com tripod.com tumblr.com twitter.com vimeo.com vk.com weebly.com wix.com wixsite.com wordpress.com
x.com yolasite.com youtu.be youtube.com
"""
SHARED_SITES = frozenset(_SHARED_SITES.split())
