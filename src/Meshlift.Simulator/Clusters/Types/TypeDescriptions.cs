using System.Globalization;
using System.Text.Json.Nodes;

namespace Meshlift.Simulator.Clusters.Types;

/// <summary>Reads the <c>.types</c> files, which describe Kubernetes' own types.</summary>
/// <remarks>
/// <code>
/// in io.k8s.api.apps.v1                        the package of what follows, which names its types in OpenAPI
/// kind Deployment apps/v1 deployments namespaced short=deploy in=all status scale generation
///   spec: DeploymentSpec; status: DeploymentStatus
/// type DeploymentSpec
///   replicas: int32 =1; selector!: LabelSelector; ports: []ContainerPort key=containerPort+protocol
/// </code>
/// A field is a name (<c>!</c>: required), a type ([] a list, {} a map) and options: <c>=value</c> the default; <c>key=a+b</c> a list told apart by a and b, by a
/// in strategic merge patches (<c>nopatch</c>: not there); <c>patch=a</c> there only; <c>set</c>; <c>atomic</c>; <c>retain</c>. A type's name is looked for in its
/// own package first.
/// </remarks>
internal sealed class TypeDescriptions
{
    private const string MetaPackage = "io.k8s.apimachinery.pkg.apis.meta.v1";
    private static readonly string[] Fallbacks = ["io.k8s.api.core.v1", MetaPackage];
    private readonly Dictionary<string, FieldSchema> _types = new(StringComparer.Ordinal);
    private readonly List<ResourceType> _kinds = [];

    /// <summary>The kinds of Kubernetes, read once.</summary>
    public static TypeDescriptions BuiltIn { get; } = ReadEmbedded();

    /// <summary>All types by their names in OpenAPI.</summary>
    public IReadOnlyDictionary<string, FieldSchema> Types => _types;

    public IReadOnlyList<ResourceType> Kinds => _kinds;

    /// <summary>The schema of the metadata of every object.</summary>
    public FieldSchema Metadata => _types[MetaPackage + ".ObjectMeta"];

    /// <summary>Reads texts that may refer to each other.</summary>
    public static TypeDescriptions Read(IEnumerable<string> texts)
    {
        var read = new TypeDescriptions();
        // Types are named before their fields are read, since they refer to each other in any order.
        var bodies = new List<(FieldSchema Type, string Package, string[] Fields)>();
        foreach (var text in texts) read.ReadHeads(text, bodies);
        foreach (var (type, package, fields) in bodies)
            foreach (var field in fields) read.AddField(type, package, field.Trim());
        return read;
    }

    private static TypeDescriptions ReadEmbedded()
    {
        var assembly = typeof(TypeDescriptions).Assembly;
        return Read(assembly.GetManifestResourceNames().Where(name => name.StartsWith("kubernetes/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        }));
    }

    private void ReadHeads(string text, List<(FieldSchema, string, string[])> bodies)
    {
        var package = "";
        FieldSchema? open = null;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["in", var name]:
                    package = name;
                    break;
                case ["type", var name, .. var options]:
                    open = _types[$"{package}.{name}"] = new FieldSchema { Kind = FieldKind.Object, TypeName = $"{package}.{name}", IsAtomic = options.Contains("atomic", StringComparer.Ordinal) };
                    break;
                case ["kind", var name, var apiVersion, var plural, var scope, .. var options]:
                    open = _types[$"{package}.{name}"] = new FieldSchema { Kind = FieldKind.Object, TypeName = $"{package}.{name}" };
                    bodies.Add((open, MetaPackage, ["apiVersion: string", "kind: string", "metadata: ObjectMeta"]));
                    _kinds.Add(Kind(open, name, apiVersion, plural, scope, options));
                    break;
                default:
                    bodies.Add((open!, package, line.Split(';', StringSplitOptions.RemoveEmptyEntries)));
                    break;
            }
        }
    }

    private static ResourceType Kind(FieldSchema schema, string kind, string apiVersion, string plural, string scope, string[] options)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        string[] Values(string option) => options.FirstOrDefault(word => word.StartsWith(option, StringComparison.Ordinal))?[option.Length..].Split(',') ?? [];
        bool Has(string option) => options.Contains(option, StringComparer.Ordinal);
        return new ResourceType
        {
            Key = new ResourceKey(slash < 0 ? "" : apiVersion[..slash], plural),
            Version = apiVersion[(slash + 1)..],
            Kind = kind,
            ListKind = kind + "List",
            Singular = kind.ToLowerInvariant(),
            IsNamespaced = scope == "namespaced",
            ShortNames = [.. Values("short=")],
            Categories = [.. Values("in=")],
            SelectableFields = [.. Values("fields=")],
            IsBuiltIn = true,
            HasStatus = Has("status"),
            HasGeneration = Has("generation"),
            IsReview = Has("review") || plural == "-",
            StoredApiVersion = apiVersion,
            Scale = Has("scale") ? new ScalePaths(".spec.replicas", ".status.replicas", null) : null,
            Schema = schema,
        };
    }

    private void AddField(FieldSchema type, string package, string text)
    {
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        var name = text[..colon].TrimEnd('!');
        if (text[colon - 1] == '!') type.Required.Add(name);
        var words = text[(colon + 2)..].Split(' ');
        var field = FieldType(words[0], package);
        foreach (var option in words.AsSpan(1)) Apply(option, field);
        type.Fields.Add(name, field);
    }

    private FieldSchema FieldType(string type, string package)
    {
        if (type.StartsWith("[]", StringComparison.Ordinal)) return new FieldSchema { Kind = FieldKind.List, Element = FieldType(type[2..], package) };
        if (type.StartsWith("{}", StringComparison.Ordinal)) return new FieldSchema { Kind = FieldKind.Map, Element = FieldType(type[2..], package) };
        if (type.StartsWith("enum(", StringComparison.Ordinal)) return new FieldSchema { Kind = FieldKind.String, Allowed = type[5..^1].Split('|') };
        return type switch
        {
            "string" => new() { Kind = FieldKind.String },
            "bool" => new() { Kind = FieldKind.Boolean },
            "int32" or "int64" => new() { Kind = FieldKind.Integer, Format = type },
            "time" => new() { Kind = FieldKind.String, Format = "date-time", TypeName = MetaPackage + ".Time" },
            "micro-time" => new() { Kind = FieldKind.String, Format = "date-time", TypeName = MetaPackage + ".MicroTime" },
            "bytes" => new() { Kind = FieldKind.String, Format = "byte" },
            "quantity" => new() { Kind = FieldKind.String, Format = "quantity", TypeName = "io.k8s.apimachinery.pkg.api.resource.Quantity" },
            "int-or-string" => new() { Kind = FieldKind.IntOrString, TypeName = "io.k8s.apimachinery.pkg.util.intstr.IntOrString" },
            "any" => FieldSchema.Anything.ForUse(),
            _ => (_types.GetValueOrDefault($"{package}.{type}") ?? Fallbacks.Select(other => _types.GetValueOrDefault($"{other}.{type}")).FirstOrDefault(found => found is not null)
                ?? throw new InvalidDataException($"nothing defines the type '{type}' of {package}")).ForUse(),
        };
    }

    private static void Apply(string option, FieldSchema field)
    {
        if (option.StartsWith("key=", StringComparison.Ordinal)) (field.ListKind, field.MapKeys, field.PatchKey) = (ListKind.Map, option[4..].Split('+'), option[4..].Split('+')[0]);
        else if (option.StartsWith("patch=", StringComparison.Ordinal)) field.PatchKey = option[6..];
        else if (option.StartsWith('=')) field.Default = Default(option[1..], field);
        else if (option == "nopatch") (field.PatchKey, field.PatchMerges) = (null, false);
        else if (option == "set") (field.ListKind, field.PatchMerges) = (ListKind.Set, true);
        else if (option == "atomic") field.IsAtomic = true;
        else if (option == "retain") field.RetainsKeys = true;
        else if (option != "replace") throw new InvalidDataException($"there is no option '{option}'");
    }

    private static JsonNode? Default(string text, FieldSchema field) => field.Kind switch
    {
        FieldKind.Integer => JsonValue.Create(long.Parse(text, CultureInfo.InvariantCulture)),
        FieldKind.IntOrString when long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        FieldKind.Boolean => JsonValue.Create(text == "true"),
        FieldKind.Object => new JsonObject(),
        _ => JsonValue.Create(text),
    };
}
