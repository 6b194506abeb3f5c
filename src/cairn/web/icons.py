"""The icons of the pages: one stroke, 24 units wide, always beside a word or with a label."""

from __future__ import annotations

from typing import Final

ICONS: Final = {
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "check": '<circle cx="12" cy="12" r="9"/><path d="M8 12.4l2.7 2.7L16 9.6"/>',
    "tick": '<path d="M5 12.5l4.5 4.5L19 7"/>',
    "copy": '<rect x="9" y="9" width="11" height="11" rx="2"/>'
    '<path d="M15 5.5V5a1 1 0 0 0-1-1H5a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h.5"/>',
    "lock": '<rect x="5" y="11" width="14" height="9.5" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L21 21"/>',
    "warn": '<path d="M12 4l9 16H3zM12 10v4.5M12 17.2v.1"/>',
    "stop": '<path d="M8 3h8l5 5v8l-5 5H8l-5-5V8zM8.5 12h7"/>',
    "print": '<path d="M7 8V3.5h10V8M7 17H4V9.5A1.5 1.5 0 0 1 5.5 8h13A1.5 1.5 0 0 1 20 9.5V17h-3'
    'M7 14h10v6.5H7z"/>',
    "ribbon": '<circle cx="12" cy="9.5" r="6"/><path d="M8.5 14.6L7 21l5-2.5L17 21l-1.5-6.4"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 20.5c1.5-4 4.5-5.5 8-5.5s6.5 1.5 8 5.5"/>',
    "people": '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 19.5c1-3.5 3.500-5 6.500-5s5.500 1.500 6.500 5'
    'M15.500 5.400a3.500 3.500 0 0 1 0 6.200M17.500 14.900c2 .6 3.300 2.100 4 4.600"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.2l3.4 2"/>',
    "mail": '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M3.5 7l8.5 6 8.5-6"/>',
    "comment": '<path d="M4 5h16v11H10l-4.5 4V16H4z"/>',
    "edit": '<path d="M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19z"/>',
    "down": '<path d="M12 4v11M7 10.5l5 5 5-5M4 20h16"/>',
    "up": '<path d="M12 16V5M7 9.5l5-5 5 5M4 20h16"/>',
    "stones": '<ellipse cx="12" cy="18" rx="8.5" ry="3"/><ellipse cx="12.5" cy="11.8" rx="6" ry="2.6"/>'
    '<ellipse cx="11.5" cy="6.2" rx="3.6" ry="2.2"/>',
    "cross": '<circle cx="12" cy="12" r="9"/><path d="M9 9l6 6M15 9l-6 6"/>',
    "half": '<circle cx="12" cy="12" r="9"/><path d="M12 3a9 9 0 0 1 0 18z" fill="currentColor"/>',
    "ring": '<circle cx="12" cy="12" r="9"/>',
    "table": '<rect x="3.5" y="5" width="17" height="14" rx="1.5"/><path d="M3.5 10h17M9.5 10v9M15 10v9"/>',
    "list": '<path d="M8 6h12M8 12h12M8 18h12M4 6h.1M4 12h.1M4 18h.1"/>',
    "pause": '<circle cx="12" cy="12" r="9"/><path d="M9.500 8.500v7M14.500 8.500v7"/>',
    "path": '<path d="M5 20c7 0 0-8 7-8s1-8 7-8" stroke-dasharray="3.5 3.2"/>',
    "help": '<circle cx="12" cy="12" r="9"/>'
    '<path d="M9.4 9.4a2.7 2.7 0 1 1 3.6 2.6c-.7.3-1 .8-1 1.6M12 17v.1"/>',
    "swap": '<path d="M4 8h14l-3.5-3.5M20 16H6l3.5 3.5"/>',
    "arrow": '<path d="M4 12h15M13 6l6 6-6 6"/>',
    "home": '<path d="M4 11l8-7 8 7v9h-5.5v-6h-5v6H4z"/>',
    "book": '<path d="M4 5c3-1 6-.6 8 1 2-1.6 5-2 8-1v13.5c-3-1-6-.6-8 1-2-1.6-5-2-8-1zM12 6v13.5"/>',
    "out": '<path d="M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.6v.1"/>',
    "key": '<circle cx="8" cy="14.500" r="4.500"/><path d="M11.300 11.300L20 3M16.500 6.300l3 3"/>',
    "link": '<path d="M10 14a4 4 0 0 0 5.700 0l3.600-3.600a4 4 0 0 0-5.700-5.700L12.500 5.800M14 10a4 4 0 0 0-5.700 0'
    'l-3.600 3.600a4 4 0 0 0 5.700 5.700l1.100-1.100"/>',
    "undo": '<path d="M9 6L4.500 10.500 9 15M5 10.500h9a5.500 5.500 0 0 1 0 11h-3"/>',
    "gear": '<circle cx="12" cy="12" r="3.200"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.600 5.600l2.100 2.100'
    'M16.300 16.300l2.100 2.100M5.600 18.400l2.100-2.100M16.300 7.700l2.100-2.100"/>',
}
