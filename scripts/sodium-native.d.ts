// The two functions of sodium-native that the benchmark calls; the package has no types.
declare module 'sodium-native' {
  const sodium: {
    crypto_kx_server_session_keys(
      receive: Uint8Array,
      transmit: Uint8Array,
      serverPublicKey: Uint8Array,
      serverPrivateKey: Uint8Array,
      clientPublicKey: Uint8Array,
    ): void
    crypto_aead_xchacha20poly1305_ietf_decrypt(
      message: Uint8Array,
      secretNonce: null,
      ciphertext: Uint8Array,
      additionalData: null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number
  }
  // biome-ignore lint/style/noDefaultExport: the package is a CommonJS module
  export default sodium
}
