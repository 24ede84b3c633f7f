using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Access;

/// <summary>Answers by the roles and bindings that are in the cluster (RBAC). Aggregated ClusterRoles are read as they are written.</summary>
internal sealed class RoleAccess(SimulatedCluster cluster)
{
    private const string Group = "rbac.authorization.k8s.io";

    /// <exception cref="ApiException">403: it may not be done.</exception>
    public void Require(ApiUser user, AccessQuestion question)
    {
        if (MayDo(user, question)) return;
        var place = question.Namespace.Length > 0 ? $"in the namespace \"{question.Namespace}\"" : "at the cluster scope";
        var why = $"User \"{user.Name}\" cannot {question.Verb} resource \"{question.FullResource}\" in API group \"{question.Resource.Group}\" {place}";
        throw ApiErrors.Forbidden(question.Resource, question.Name, why);
    }

    public bool MayDo(ApiUser user, AccessQuestion question) => IsMaster(user) || RulesFor(user, question.Namespace).Any(rule => Allows(rule, question));

    public bool MayGet(ApiUser user, string path, string verb) => IsMaster(user) || RulesFor(user, "").Any(rule =>
        Has(rule, "verbs", verb) && rule.Texts("nonResourceURLs").Any(url => url == path || (url.EndsWith('*') && path.StartsWith(url[..^1], StringComparison.Ordinal))));

    /// <summary>All rules that hold for someone in a namespace; of the cluster where it is empty.</summary>
    public IEnumerable<JsonObject> RulesFor(ApiUser user, string @namespace)
    {
        if (IsMaster(user))
        {
            yield return (JsonObject)JsonRead.Parse("""{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}"""u8)!;
            yield return (JsonObject)JsonRead.Parse("""{"verbs":["*"],"nonResourceURLs":["*"]}"""u8)!;
            yield break;
        }
        var bindings = cluster.Store.Read(new ResourceKey(Group, "clusterrolebindings")).From(null, null);
        if (@namespace.Length > 0) bindings = bindings.Concat(cluster.Store.Read(new ResourceKey(Group, "rolebindings")).From(@namespace, null));
        foreach (var stored in bindings)
        {
            var binding = stored.ToJson();
            if (!binding.Items("subjects").OfType<JsonObject>().Any(subject => IsMeant(user, subject, stored.Namespace)) || binding["roleRef"] is not JsonObject role) continue;
            var isClusterRole = role.Text("kind") == "ClusterRole";
            var found = cluster.Store.Find(new ResourceKey(Group, isClusterRole ? "clusterroles" : "roles"), isClusterRole ? "" : stored.Namespace, role.Text("name") ?? "");
            foreach (var rule in found?.ToJson().Items("rules").OfType<JsonObject>() ?? []) yield return rule;
        }
    }

    private static bool IsMaster(ApiUser user) => user.Groups.Contains(ApiUser.Masters, StringComparer.Ordinal);

    private static bool IsMeant(ApiUser user, JsonObject subject, string @namespace) => subject.Text("kind") switch
    {
        "User" => subject.Text("name") == user.Name,
        "Group" => user.Groups.Contains(subject.Text("name") ?? "", StringComparer.Ordinal),
        "ServiceAccount" => user.Name == $"system:serviceaccount:{subject.Text("namespace") ?? @namespace}:{subject.Text("name")}",
        _ => false,
    };

    private static bool Allows(JsonObject rule, AccessQuestion question) =>
        Has(rule, "verbs", question.Verb) && Has(rule, "apiGroups", question.Resource.Group)
        && rule.Texts("resources").Any(resource => resource == "*" || resource == question.FullResource || (question.Subresource.Length > 0 && resource == $"*/{question.Subresource}"))
        && (rule["resourceNames"] is not JsonArray { Count: > 0 } || (question.Name.Length > 0 && Has(rule, "resourceNames", question.Name)));

    private static bool Has(JsonObject rule, string field, string value) => rule.Texts(field).Any(text => text == "*" || text == value);
}
