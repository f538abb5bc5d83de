export { createWebhookClient, postWebhook, type WebhookNetwork, type WebhookTarget } from './webhook/post.ts'
export { isSignedBy, signatureOf } from './webhook/sign.ts'
