using System.Collections.Immutable;
using System.Text;

namespace Meshlift.Simulator.Releases.Crds;

/// <summary>Writes a CustomResourceDefinition from its description, with every named type written out where it is referred to.</summary>
internal sealed class CrdWriter(IReadOnlyDictionary<string, SchemaNode> types, string version)
{
    // Deep enough for the longest path of fields; a type that refers to itself would have no structural schema.
    private const int MaxIndent = 120;
    private static readonly string[] Bounds =
        ["maxItems", "maxLength", "maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum", "nullable"];
    private readonly StringBuilder _yaml = new();

    /// <summary>The whole document, ending in a line break.</summary>
    public string Write(CrdDescription crd)
    {
        _yaml.Clear();
        AppendHead(crd);
        var (columns, schema) = (Columns(crd), Schema(crd));
        foreach (var name in crd.Versions)
        {
            _yaml.Append(columns.Length > 0 ? $"  - additionalPrinterColumns:\n{columns}    name: {name}\n" : $"  - name: {name}\n")
                .Append("    schema:\n      openAPIV3Schema:\n").Append(schema)
                .Append("    served: true\n")
                .Append(name == crd.Stored ? "    storage: true\n" : "    storage: false\n")
                .Append("    subresources:\n      status: {}\n");
        }
        return _yaml.ToString();
    }

    private void AppendHead(CrdDescription crd)
    {
        _yaml.Append($"""
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              annotations:
                helm.sh/resource-policy: keep
              labels:
                app.kubernetes.io/instance: istio
                app.kubernetes.io/managed-by: Helm
                app.kubernetes.io/part-of: istio
                app.kubernetes.io/version: {version}
                helm.sh/chart: base-{version}
              name: {crd.Plural}.{crd.Group}
            spec:
              group: {crd.Group}
              names:
                categories:
                - istio-io
                - {crd.Group.Replace('.', '-')}
                kind: {crd.Kind}
                listKind: {crd.Kind}List
                plural: {crd.Plural}

            """);
        AppendList(4, "shortNames", crd.ShortNames);
        _yaml.Append($"    singular: {crd.Kind.ToLowerInvariant()}\n  scope: Namespaced\n  versions:\n");
    }

    private static string Columns(CrdDescription crd)
    {
        var yaml = new StringBuilder();
        foreach (var column in crd.Columns)
        {
            var start = yaml.Length;
            ScalarText.Append(yaml, 6, "description", column.Description);
            yaml[start + 4] = '-';
            yaml.Append($"      jsonPath: {column.Path}\n      name: {column.Name}\n      type: {column.Type}\n");
        }
        return yaml.ToString();
    }

    // All versions of a resource have one schema, so it is written once.
    private string Schema(CrdDescription crd)
    {
        var start = _yaml.Length;
        _yaml.Append("        properties:\n          spec:\n");
        AppendSchema(12, crd.Spec);
        _yaml.Append("          status:\n");
        AppendSchema(12, types["Status"]);
        AppendList(8, "required", crd.Spec.Required ? ["spec"] : []);
        _yaml.Append("        type: object\n");
        var schema = _yaml.ToString(start, _yaml.Length - start);
        _yaml.Length = start;
        return schema;
    }

    // The keys of a schema in order; each kind of node leaves out what it does not have.
    private void AppendSchema(int indent, SchemaNode node)
    {
        if (indent > MaxIndent) throw new InvalidDataException($"the type of '{node.Name}' contains itself");
        if (types.TryGetValue(node.Type, out var type))
        {
            AppendSchema(indent, type with
            {
                Description = node.Description.Length > 0 ? node.Description : type.Description,
                Options = [.. type.Options, .. node.Options],
                Rules = [.. type.Rules, .. node.Rules],
            });
            return;
        }
        var shape = SchemaShape.Of(node);
        if (shape.MapElement is { } value) AppendChild(indent, "additionalProperties", value);
        var unions = shape.HoldsFields ? node.Unions : [];
        if (unions.Count > 1) AppendUnionsOfUnions(indent, unions);
        if (shape.IntOrString) AppendLines(indent, "anyOf:", "- type: integer", "- type: string");
        if (shape.Description.Length > 0) ScalarText.Append(_yaml, indent, "description", shape.Description);
        AppendList(indent, "enum", shape.Enum);
        AppendKey(indent, "format", shape.Format);
        if (shape.ListElement is { } item) AppendChild(indent, "items", item);
        foreach (var key in Bounds)
            AppendKey(indent, key, shape.Option(key));
        if (unions.Count == 1) AppendUnion(indent, unions[0]);
        AppendKey(indent, "pattern", shape.Option("pattern"));
        if (shape.HoldsFields) AppendFields(indent, node.Fields);
        AppendKey(indent, "type", shape.JsonType);
        if (shape.IntOrString) AppendKey(indent, "x-kubernetes-int-or-string", "true");
        if (shape.Option("key") is { } listKey)
        {
            AppendList(indent, "x-kubernetes-list-map-keys", [listKey]);
            AppendKey(indent, "x-kubernetes-list-type", "map");
        }
        AppendKey(indent, "x-kubernetes-preserve-unknown-fields", shape.Option("preserve"));
        AppendRules(indent, shape.Rules);
    }

    private void AppendFields(int indent, List<SchemaNode> fields)
    {
        if (fields.Count == 0) return;
        _yaml.Append(' ', indent).Append("properties:\n");
        foreach (var field in fields.OrderBy(field => field.Name, KeyOrder.Instance))
            AppendChild(indent + 2, field.Name, field);
        AppendList(indent, "required", [.. fields.Where(field => field.Required).Select(field => field.Name).Order(KeyOrder.Instance)]);
    }

    private void AppendRules(int indent, IReadOnlyList<SchemaRule> rules)
    {
        if (rules.Count > 0) _yaml.Append(' ', indent).Append("x-kubernetes-validations:\n");
        foreach (var rule in rules)
        {
            var start = _yaml.Length;
            ScalarText.Append(_yaml, indent + 2, "message", rule.Message);
            _yaml[start + indent] = '-';
            ScalarText.Append(_yaml, indent + 2, "rule", rule.Expression);
        }
    }

    // "At most one": either none of them is there, or exactly one.
    private void AppendUnion(int indent, IReadOnlyList<string> names)
    {
        AppendLines(indent, "oneOf:", "- not:", "    anyOf:");
        foreach (var name in names)
            AppendLines(indent + 4, "- required:", $"  - {name}");
        foreach (var name in names)
            AppendLines(indent, "- required:", $"  - {name}");
    }

    private void AppendUnionsOfUnions(int indent, List<ImmutableArray<string>> unions)
    {
        _yaml.Append(' ', indent).Append("allOf:\n");
        foreach (var union in unions)
        {
            var start = _yaml.Length;
            AppendUnion(indent + 2, union);
            _yaml[start + indent] = '-';
        }
    }

    private void AppendChild(int indent, string key, SchemaNode node)
    {
        _yaml.Append(' ', indent).Append(key).Append(":\n");
        AppendSchema(indent + 2, node);
    }

    private void AppendKey(int indent, string key, string? value)
    {
        if (value is not null) _yaml.Append(' ', indent).Append(key).Append(": ").Append(value).Append('\n');
    }

    private void AppendLines(int indent, params ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
            _yaml.Append(' ', indent).Append(line).Append('\n');
    }

    private void AppendList(int indent, string key, IReadOnlyCollection<string> values)
    {
        if (values.Count > 0) _yaml.Append(' ', indent).Append(key).Append(":\n");
        foreach (var value in values)
            _yaml.Append(' ', indent).Append("- ").Append(ScalarText.Plain(value)).Append('\n');
    }
}
