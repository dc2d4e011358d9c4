// tus-js-client comes as a script that sets window.tus; modules import this.
import "tus-js-client";

export const { Upload, isSupported, canStoreURLs, DetailedError } = window.tus;
