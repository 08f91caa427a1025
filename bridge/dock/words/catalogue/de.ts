/** German. */
import { countingIn } from '../counting.ts';
import type { Catalogue } from '../words.ts';
import { named } from '../names.ts';

export const de: Catalogue = {
  dir: 'ltr',
  wordsIn: (locale) => {
    const { number, plural } = countingIn<'one'>(locale);
    return {
      title: 'Chat',
      list: {
        show: 'Freunde anzeigen',
        hide: 'Freunde ausblenden',
        noFriends: 'Hier erscheinen deine Freunde.',
        search: 'Freunde suchen',
        noneFound: 'Niemand gefunden.',
        others: 'Andere',
        online: 'Online',
        offline: 'Offline',
        heading: (name, count) => `${named(name)} (${number(count)})`,
        friendsOnline: (count) => plural(count, { one: '# Freund online', other: '# Freunde online' }),
      },
      me: {
        menu: 'Dein Status und Einstellungen',
        shows: { online: 'Online', away: 'Abwesend', dnd: 'Nicht stören', invisible: 'Unsichtbar' },
        invisibleHint: 'Freunde sehen dich als offline',
        statusText: 'Statusnachricht',
        statusPlaceholder: 'Was machst du gerade?',
        save: 'Speichern',
        sound: 'Ton',
        notifications: 'Desktop-Benachrichtigungen',
        notificationsBlocked:
          'Der Browser blockiert Benachrichtigungen. Erlaube sie in seinen Einstellungen für diese Seite.',
      },
      chat: {
        conversation: (name) => `Unterhaltung mit ${named(name)}`,
        open: (name) => `Unterhaltung mit ${named(name)} öffnen`,
        close: (name) => `Unterhaltung mit ${named(name)} schließen`,
        minimise: (name) => `Unterhaltung mit ${named(name)} minimieren`,
        back: 'Zurück zu deinen Freunden',
        more: (count) => plural(count, { one: '# weitere Unterhaltung', other: '# weitere Unterhaltungen' }),
        writeTo: (name) => `Nachricht an ${named(name)}`,
        send: 'Senden',
        full: 'Es warten schon zu viele Nachrichten darauf, gesendet zu werden.',
        typing: (name) => `${named(name)} schreibt …`,
        unread: (count) =>
          plural(count, { one: '# ungelesene Nachricht', other: '# ungelesene Nachrichten' }),
        loadingOlder: 'Ältere Nachrichten werden geladen …',
        olderFailed: 'Ältere Nachrichten konnten nicht geladen werden.',
        beginning: (name) => `Hier beginnt deine Unterhaltung mit ${named(name)}.`,
        newLine: 'Neue Nachrichten',
        jump: (count) => plural(count, { one: '# neue Nachricht', other: '# neue Nachrichten' }),
        toEnd: 'Zu den neuesten Nachrichten',
        noLongerFriends: (name) =>
          `Du und ${named(name)} seid nicht mehr befreundet und könnt euch deshalb nicht schreiben.`,
      },
      message: {
        you: 'Du',
        sending: 'Wird gesendet …',
        sent: 'Gesendet',
        delivered: 'Zugestellt',
        read: 'Gelesen',
        notSent: 'Nicht gesendet.',
        failures: {
          'bad-request': 'Diese Nachricht kann nicht gesendet werden. Ändere sie, oder lade die Seite neu.',
          'bad-token': 'Du bist abgemeldet. Melde dich wieder an und versuche es dann noch einmal.',
          'token-expired': 'Du bist abgemeldet. Melde dich wieder an und versuche es dann noch einmal.',
          'not-friends': 'Ihr seid nicht mehr befreundet, deshalb kann das nicht gesendet werden.',
          gone: 'Die Verbindung ging verloren. Versuche es noch einmal.',
          'too-large': 'Diese Nachricht ist zu lang. Sende sie in mehreren Teilen.',
          'rate-limited': 'Du sendest zu schnell. Warte einen Moment und versuche es dann noch einmal.',
          'too-many-tabs':
            'Der Chat ist in zu vielen Tabs geöffnet. Schließe einige und versuche es dann noch einmal.',
          unavailable: 'Der Chat ist gerade nicht erreichbar. Versuche es gleich noch einmal.',
          internal: 'Etwas ist schiefgegangen. Versuche es gleich noch einmal.',
          network: 'Keine Verbindung. Prüfe deine Internetverbindung und versuche es dann noch einmal.',
          unanswered:
            'Es ist nicht sicher, ob das gesendet wurde. Frag lieber nach, bevor du es noch einmal sendest.',
          superseded:
            'Der Chat läuft jetzt auf einer anderen Seite. Nutze ihn hier und versuche es dann noch einmal.',
        },
        retry: 'Noch einmal versuchen',
        remove: 'Entfernen',
      },
      emoji: {
        button: 'Emoji',
        title: 'Emoji auswählen',
        search: 'Emoji suchen',
        noneFound: 'Kein Emoji gefunden.',
        found: (count) => plural(count, { one: '# Emoji gefunden', other: '# Emojis gefunden' }),
        loading: 'Emojis werden geladen …',
        failed: 'Die Emojis konnten nicht geladen werden.',
        recent: 'Zuletzt verwendet',
        groups: {
          smileys: 'Smileys und Gefühle',
          people: 'Menschen und Körper',
          nature: 'Tiere und Natur',
          food: 'Essen und Trinken',
          travel: 'Reisen und Orte',
          activities: 'Aktivitäten',
          objects: 'Gegenstände',
          symbols: 'Symbole',
          flags: 'Flaggen',
        },
      },
      page: {
        notificationTitle: named,
        reconnecting:
          'Verbindung wird wiederhergestellt … Nachrichten bleiben erhalten und werden später gesendet.',
        takenOver: 'Der Chat wird gerade auf einer anderen Seite benutzt.',
        useHere: 'Chat hier benutzen',
      },
      shows: { online: 'online', away: 'abwesend', dnd: 'bitte nicht stören', offline: 'offline' },
      statuses: {
        idle: 'Chat ist aus',
        connecting: 'Verbindung wird hergestellt …',
        online: 'Verbunden',
        reconnecting: 'Verbindung wird wiederhergestellt …',
        'signed-out': 'Abgemeldet',
      },
    };
  },
};
