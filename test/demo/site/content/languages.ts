/** The languages of the site's own navigation, and of the chat: the pages' texts stay English. */

export interface Words {
  /** As its own speakers write it. */
  readonly language: string;
  readonly dir: 'ltr' | 'rtl';
  readonly skip: string;
  readonly home: string;
  readonly people: string;
  readonly groups: string;
  readonly settings: string;
  readonly operator: string;
  readonly signOut: string;
}

/** By BCP 47 tag. */
export const LANGUAGES = {
  en: {
    language: 'English',
    dir: 'ltr',
    skip: 'Skip to the content',
    home: 'Home',
    people: 'People',
    groups: 'Groups',
    settings: 'Settings',
    operator: 'Operator',
    signOut: 'Sign out',
  },
  de: {
    language: 'Deutsch',
    dir: 'ltr',
    skip: 'Zum Inhalt springen',
    home: 'Start',
    people: 'Leute',
    groups: 'Gruppen',
    settings: 'Einstellungen',
    operator: 'Betrieb',
    signOut: 'Abmelden',
  },
  fr: {
    language: 'Français',
    dir: 'ltr',
    skip: 'Aller au contenu',
    home: 'Accueil',
    people: 'Voisins',
    groups: 'Groupes',
    settings: 'Réglages',
    operator: 'Exploitation',
    signOut: 'Se déconnecter',
  },
  ar: {
    language: 'العربية',
    dir: 'rtl',
    skip: 'انتقل إلى المحتوى',
    home: 'الرئيسية',
    people: 'الجيران',
    groups: 'المجموعات',
    settings: 'الإعدادات',
    operator: 'التشغيل',
    signOut: 'تسجيل الخروج',
  },
} as const satisfies Record<string, Words>;

export type Language = keyof typeof LANGUAGES;
