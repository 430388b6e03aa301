import { checkReceipt, type ReceiptProblem } from '../consensus/votes/verify.ts'
import { createVerifier } from '../network/libp2p/signer.ts'

/**
 * What is wrong with the receipt of a vote, which may be anything; an empty list: it is whole. Offline: it needs nothing but the
 * receipt, since ids hold their keys. A whole one proves who signed which ballot for exactly this vote and what these come to, not
 * that the opener left none out (protocols/vote).
 */
export const verifyReceipt = (receipt: unknown): ReceiptProblem[] => checkReceipt(receipt, createVerifier())
