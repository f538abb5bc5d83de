// A module of Redis that does nothing: what a stranger would load is looked for by its being there (redis.io/docs, modules API).
typedef int (*get_api)(const char *name, void *place);
typedef void (*set_attributes)(void *context, const char *name, int version, int api);

int RedisModule_OnLoad(void *context) {
  get_api get = (get_api)((void **)context)[0];
  set_attributes set;
  if (get("RedisModule_SetModuleAttribs", &set) != 0) return 1;
  set(context, "odd", 1, 1);
  return 0;
}
