using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Access;

/// <summary>The kinds that are questions: they are answered and not stored.</summary>
internal sealed class Reviews(SimulatedCluster cluster, Func<string, ApiUser?> findToken)
{
    private readonly RoleAccess _access = new(cluster);

    /// <summary>The body with its answer in <c>status</c>.</summary>
    /// <exception cref="ApiException">404: nobody answers that.</exception>
    public JsonObject Answer(ResourceType type, JsonObject body, ApiUser user)
    {
        var review = body.DeepClone().AsObject();
        (review["kind"], review["apiVersion"]) = (type.Kind, type.ApiVersion);
        review["metadata"] ??= new JsonObject();
        var spec = review["spec"] as JsonObject ?? [];
        review["status"] = type.Kind switch
        {
            "SelfSubjectAccessReview" => Access(spec, user),
            "SubjectAccessReview" or "LocalSubjectAccessReview" => Access(spec, new ApiUser(spec.Text("user") ?? "", [.. spec.Texts("groups")])),
            "SelfSubjectRulesReview" => Rules(spec.Text("namespace") ?? "", user),
            "SelfSubjectReview" => new JsonObject { ["userInfo"] = Info(user) },
            "TokenReview" => findToken(spec.Text("token") ?? "") is { } known ? new JsonObject { ["authenticated"] = true, ["user"] = Info(known) } : new JsonObject { ["user"] = new JsonObject(), ["error"] = "[invalid bearer token, unknown]" },
            _ => throw ApiErrors.NoSuchPath(),
        };
        return review;
    }

    private JsonObject Access(JsonObject spec, ApiUser user)
    {
        var allowed = false;
        if (spec["resourceAttributes"] is JsonObject attributes)
            allowed = _access.MayDo(user, new AccessQuestion(
                attributes.Text("verb") ?? "", new ResourceKey(attributes.Text("group") ?? "", attributes.Text("resource") ?? ""), attributes.Text("subresource") ?? "", attributes.Text("namespace") ?? "", attributes.Text("name") ?? ""));
        else if (spec["nonResourceAttributes"] is JsonObject path) allowed = _access.MayGet(user, path.Text("path") ?? "", path.Text("verb") ?? "");
        return new JsonObject { ["allowed"] = allowed, ["reason"] = allowed ? "RBAC: allowed" : "" };
    }

    private JsonObject Rules(string @namespace, ApiUser user)
    {
        var rules = _access.RulesFor(user, @namespace).ToList();
        return new JsonObject
        {
            ["resourceRules"] = new JsonArray([.. rules.Where(rule => rule["resources"] is not null).Select(rule => rule.DeepClone())]),
            ["nonResourceRules"] = new JsonArray([.. rules.Where(rule => rule["nonResourceURLs"] is not null).Select(rule => rule.DeepClone())]),
            ["incomplete"] = false,
        };
    }

    private static JsonObject Info(ApiUser user) => new() { ["username"] = user.Name, ["groups"] = new JsonArray([.. user.Groups.Select(group => JsonValue.Create(group))]) };
}
