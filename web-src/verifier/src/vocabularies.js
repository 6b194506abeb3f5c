// The vocabularies that credentials of others speak, and Cairn's own do not.
export {FILES} from 'virtual:far';
