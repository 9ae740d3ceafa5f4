/* Statements of knowledge and templates. */
#ifndef STORAGE_STMT_CONTENT_H
#define STORAGE_STMT_CONTENT_H

#define STMT_ARTICLE_FROM \
	"SELECT a.id, v.version, v.state, v.module, v.category, v.language, v.title, v.body, v.keywords, v.author, " \
	"v.at_ms, a.used, a.helpful, a.unhelpful FROM article AS a JOIN article_version AS v ON v.article_id = a.id "

#define STATEMENTS_CONTENT(S, S2) \
	S(ARTICLES_PUBLISHED, STMT_ARTICLE_FROM "AND v.version = a.published WHERE a.id > $1 ORDER BY a.id LIMIT $2") \
	S(ARTICLE_PUBLISHED, STMT_ARTICLE_FROM "AND v.version = a.published WHERE a.id = $1") \
	S(ARTICLE_CURRENT, STMT_ARTICLE_FROM "AND v.version = CASE WHEN a.published > 0 THEN a.published " \
	  "ELSE a.newest END WHERE a.id = $1") \
	S(ARTICLE_VERSION, STMT_ARTICLE_FROM "WHERE a.id = $1 AND v.version = $2") \
	S(ARTICLE_VERSIONS, STMT_ARTICLE_FROM "WHERE a.id = $1 ORDER BY v.version DESC LIMIT 200") \
	S2(ARTICLE_LOCK, "SELECT newest, published FROM article WHERE id = $1", \
	   "SELECT newest, published FROM article WHERE id = $1 FOR UPDATE") \
	S(ARTICLE_INSERT, "INSERT INTO article(newest, published, used, helpful, unhelpful) " \
	  "VALUES ($1, $2, $3, $4, $5) RETURNING id") \
	S(ARTICLE_UPDATE, "UPDATE article SET newest = $2, published = $3 WHERE id = $1") \
	S(ARTICLE_OUTDATE, "UPDATE article_version SET state = $2 WHERE article_id = $1 AND state = $3 " \
	  "AND version < $4") \
	S(ARTICLE_VERSION_ADD, "INSERT INTO article_version(article_id, version, state, module, category, language, " \
	  "title, body, keywords, author, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)") \
	S(ARTICLE_USED, "UPDATE article SET used = used + 1 WHERE id = $1") \
	S(TEMPLATES, "SELECT id, version, name, title, language, part, audience, scope, owner_id, category, body, " \
	  "position, channels FROM template ORDER BY position, id") \
	S(TEMPLATE_INSERT, "INSERT INTO template(name, title, language, part, audience, scope, owner_id, category, " \
	  "body, position, channels) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id") \
	S(TEMPLATE_UPDATE, "UPDATE template SET version = version + 1, name = $2, title = $3, language = $4, " \
	  "part = $5, audience = $6, scope = $7, owner_id = $8, category = $9, body = $10, position = $11, " \
	  "channels = $12 WHERE id = $1") \
	S(TEMPLATE_FIND, "SELECT id FROM template WHERE name = $1 AND language = $2 AND audience = $3 " \
	  "AND scope = $4 AND owner_id = $5")

#endif
