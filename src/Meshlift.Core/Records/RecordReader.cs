using Meshlift.Yaml;

namespace Meshlift.Core.Records;

/// <summary>Reads the files in which Meshlift records what it did. A damaged record is never half-used: deleting by it could take a person's files.</summary>
internal sealed class RecordReader
{
    private readonly string _file;
    private readonly YamlMapping _fields;

    private RecordReader(string file, YamlMapping fields) => (_file, _fields) = (file, fields);

    public RecordReader(ReadOnlySpan<byte> utf8, string file, string kind)
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
            throw new UserException(ErrorKind.Input, $"{file}:{e.Position}: the record is damaged: {e.Message}", Remedy, e);
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

    public RecordReader Child(string key) => new(_file, _fields[key] as YamlMapping ?? throw Damaged(_fields[key] ?? _fields, $"'{key}' must be a mapping"));

    public IEnumerable<RecordReader> Children(string key)
    {
        var items = _fields[key] as YamlSequence ?? throw Damaged(_fields[key] ?? _fields, $"'{key}' must be a list");
        return items.Items.Select(item => new RecordReader(_file, item as YamlMapping ?? throw Damaged(item, "an entry must be a mapping")));
    }

    /// <summary>A text that may be left out; empty when it is.</summary>
    public string Optional(string key) => _fields[key] is null ? "" : Text(key);

    /// <summary>A text that a parser accepts.</summary>
    public T Parsed<T>(string key, Func<string, T> parse)
    {
        var text = Text(key);
        try
        {
            return parse(text);
        }
        catch (UserException e)
        {
            throw Damaged(_fields[key], e.Message);
        }
    }

    private UserException Damaged(YamlNode? at, string what) =>
        new(ErrorKind.Input, $"{_file}:{at?.Span?.Start.ToString() ?? "1:1"}: the record is damaged: {what}", Remedy);
}
