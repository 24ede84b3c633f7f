using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Validation;

/// <summary>The rules for metadata: names, labels, annotations, owners.</summary>
internal static partial class MetadataCheck
{
    private const string SubdomainRule = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string LabelRule = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private const string LabelValueRule = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    private const string KeyRule = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    /// <summary>Everything that is wrong with the metadata of an object.</summary>
    public static void Check(ResourceType type, JsonObject metadata, List<ApiCause> causes)
    {
        var name = metadata.Text("name") ?? "";
        if (type.Key is { Group: "rbac.authorization.k8s.io" })
        {
            if (name is "." or ".." || name.Contains('/', StringComparison.Ordinal) || name.Contains('%', StringComparison.Ordinal)) causes.Add(Invalid("metadata.name", name, "may not contain '/'"));
        }
        else if (type.Key is { Group: "", Plural: "namespaces" or "services" })
        {
            if (name.Length > 63 || !Label().IsMatch(name)) causes.Add(Invalid("metadata.name", name, LabelRule));
        }
        else if (name.Length > 253 || !Subdomain().IsMatch(name)) causes.Add(Invalid("metadata.name", name, SubdomainRule));
        foreach (var (key, value) in metadata["labels"] as JsonObject ?? [])
        {
            CheckKey("metadata.labels", key, causes);
            var text = value.Shown();
            if (text.Length > 63) causes.Add(Invalid("metadata.labels", text, "must be no more than 63 bytes"));
            else if (!LabelValue().IsMatch(text)) causes.Add(Invalid("metadata.labels", text, LabelValueRule));
        }
        foreach (var (key, _) in metadata["annotations"] as JsonObject ?? []) CheckKey("metadata.annotations", key, causes);
        var controllers = 0;
        foreach (var owner in metadata.Items("ownerReferences").OfType<JsonObject>())
        {
            foreach (var field in (string[])["apiVersion", "kind", "name", "uid"])
                if (string.IsNullOrEmpty(owner.Text(field))) causes.Add(new("FieldValueInvalid", $"Invalid value: \"\": {field} must not be empty", $"metadata.ownerReferences.{field}"));
            if (owner.Flag("controller") && ++controllers > 1) causes.Add(new("FieldValueInvalid", "Invalid value: []: Only one reference can have Controller set to true", "metadata.ownerReferences"));
        }
    }

    private static void CheckKey(string field, string key, List<ApiCause> causes)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var (prefix, name) = slash < 0 ? ("", key) : (key[..slash], key[(slash + 1)..]);
        if (name.Length is 0 or > 63 || !KeyName().IsMatch(name)) causes.Add(Invalid(field, key, KeyRule));
        if (slash >= 0 && (prefix.Length is 0 or > 253 || !Subdomain().IsMatch(prefix.ToLowerInvariant()))) causes.Add(Invalid(field, key, "prefix part " + SubdomainRule));
    }

    private static ApiCause Invalid(string field, string value, string why) => new("FieldValueInvalid", $"Invalid value: {JsonValue.Create(value).ToJsonString()}: {why}", field);

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Subdomain();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Label();

    [GeneratedRegex("^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LabelValue();

    [GeneratedRegex("^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyName();
}
