using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Core.Placing;

/// <summary>Reads the fields of an inventory. A damaged inventory is never half-used: deleting by it could take a person's files.</summary>
internal sealed class InventoryReader
{
    private readonly string _file;
    private readonly YamlMapping _fields;

    private InventoryReader(string file, YamlMapping fields) => (_file, _fields) = (file, fields);

    public InventoryReader(ReadOnlySpan<byte> utf8, string file, string kind)
    {
        _file = file;
        try
        {
            var root = YamlReader.Read(utf8) as YamlMapping;
            if ((root?["kind"] as YamlScalar)?.AsString != kind) throw Damaged(root, $"its kind is not {kind}");
            _fields = root!["spec"] as YamlMapping ?? throw Damaged(root, "it has no spec");
        }
        catch (YamlSyntaxException e)
        {
            throw new UserException(ErrorKind.Input, $"{file}:{e.Position}: the inventory is damaged: {e.Message}", Remedy, e);
        }
    }

    private const string Remedy = "restore it from Git (git checkout -- FILE); Meshlift removes nothing that it cannot prove to be its own";

    public string Text(string key) => (_fields[key] as YamlScalar)?.AsString ?? throw Damaged(_fields[key] ?? _fields, $"'{key}' must be a text");

    /// <summary>A path that stays below the folder of the inventory.</summary>
    public string RelativePath(string key)
    {
        var path = Text(key);
        return path.Length > 0 && !path.StartsWith('/') && !path.Contains('\\', StringComparison.Ordinal) && !path.Split('/').Any(part => part is "" or "." or "..")
            ? path
            : throw Damaged(_fields[key], $"'{path}' leaves the folder");
    }

    public RevisionName Revision(string key) => Parsed(key, RevisionName.Parse);

    public IstioVersion Version(string key) => Parsed(key, IstioVersion.Parse);

    public InventoryReader Child(string key) => new(_file, _fields[key] as YamlMapping ?? throw Damaged(_fields[key] ?? _fields, $"'{key}' must be a mapping"));

    public IEnumerable<InventoryReader> Children(string key)
    {
        var items = _fields[key] as YamlSequence ?? throw Damaged(_fields[key] ?? _fields, $"'{key}' must be a list");
        return items.Items.Select(item => new InventoryReader(_file, item as YamlMapping ?? throw Damaged(item, "an entry must be a mapping")));
    }

    public Classification Class()
    {
        var @class = ClassName.Parse(Text("class")) ?? throw Damaged(_fields["class"], $"the class '{Text("class")}' is not known");
        if (_fields["part"] is null) return new(@class);
        return new(@class, ClassName.ParsePart(Text("part")) ?? throw Damaged(_fields["part"], $"the part '{Text("part")}' is not known"));
    }

    public ResourceIdentity Identity()
    {
        var resource = Child("resource");
        return new ResourceIdentity(resource.Optional("group"), resource.Text("kind"), resource.Optional("namespace"), resource.Text("name"));
    }

    private string Optional(string key) => _fields[key] is null ? "" : Text(key);

    private T Parsed<T>(string key, Func<string, T> parse)
    {
        try
        {
            return parse(Text(key));
        }
        catch (UserException e)
        {
            throw Damaged(_fields[key], e.Message);
        }
    }

    private UserException Damaged(YamlNode? at, string what) =>
        new(ErrorKind.Input, $"{_file}:{at?.Span?.Start.ToString() ?? "1:1"}: the inventory is damaged: {what}", Remedy);
}
