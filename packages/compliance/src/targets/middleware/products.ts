// Every product there is, by name.
import { apacheHttpd } from './apache-httpd/product.ts'
import { elasticsearch } from './elasticsearch/product.ts'
import { etcd } from './etcd/product.ts'
import { kafka } from './kafka/product.ts'
import { mongodb } from './mongodb/product.ts'
import { mysql } from './mysql/product.ts'
import { nginx } from './nginx/product.ts'
import { postgresql } from './postgresql/product.ts'
import type { ProductName } from './process.ts'
import type { Product } from './product.ts'
import { rabbitmq } from './rabbitmq/product.ts'
import { redis } from './redis/product.ts'
import { tomcat } from './tomcat/product.ts'

export const products: Readonly<Record<ProductName, Product>> = {
  postgresql,
  mysql,
  redis,
  mongodb,
  nginx,
  'apache-httpd': apacheHttpd,
  tomcat,
  kafka,
  rabbitmq,
  elasticsearch,
  etcd,
}
