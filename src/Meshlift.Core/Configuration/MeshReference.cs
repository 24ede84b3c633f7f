using System.Globalization;
using System.Text;
using Meshlift.Core.Configuration.Binding;

namespace Meshlift.Core.Configuration;

/// <summary>Writes the reference of <c>meshlift.yaml</c> as Markdown, from the same declarations that read it.</summary>
public sealed class MeshReference
{
    private const string Introduction = $$"""
        <!-- Written by `UPDATE_GOLDEN=1 ./test` from the declarations in src/Meshlift.Core/Configuration: change those, not this page. -->
        # `meshlift.yaml`

        This file says what is wanted of a mesh: which Istio, on which clusters, upgraded in which order and how. It stands in the repository that Meshlift
        manages, and Meshlift never writes into it. The smallest one:

        ```yaml
        # yaml-language-server: $schema={{MeshSchema.Id}}
        apiVersion: {{Mesh.ApiVersion}}
        kind: {{Mesh.Kind}}
        metadata: { name: shop }
        spec:
          istio:
            versions: "1.30.*"
          layout: { engine: flux }
          environments:
            - name: testing
              clusters: [{ name: testing, path: clusters/testing }]
        ```

        The first line lets an editor complete keys and mark mistakes while they are made. The file is read strictly: a key that is not listed here is an error,
        and so is a key that stands twice, a value of the wrong type, and a setting that has no effect together with the others. All mistakes are told at once,
        each with its line and column, and exit code 2.


        """;

    private readonly StringBuilder _text = new();
    private readonly SortedDictionary<string, Description.Scalar> _values = new(StringComparer.Ordinal);
    private readonly List<(string Path, Description.Mapping Mapping)> _sections = [];

    private MeshReference() { }

    /// <summary>The page, ending in a newline. Always the same text.</summary>
    public static string Write()
    {
        var page = new MeshReference();
        page._text.Append(Introduction.ReplaceLineEndings("\n"));
        page.Collect("", Mesh.Shape.Describe());
        foreach (var (path, mapping) in page._sections) page.Section(path, mapping);
        page.Values();
        return page._text.ToString();
    }

    /// <summary>Finds every mapping, each at the first place where it stands.</summary>
    private void Collect(string path, Description description)
    {
        switch (description)
        {
            case Description.Mapping mapping when !_sections.Exists(section => section.Mapping.Name == mapping.Name):
                _sections.Add((path, mapping));
                foreach (var field in mapping.Fields) Collect(path.Length == 0 ? field.Key : $"{path}.{field.Key}", field.Value);
                break;
            case Description.List(var item, _):
                Collect($"{path}[]", item);
                break;
            case Description.Map(_, var value):
                Collect($"{path}.*", value);
                break;
            case Description.Either(var forms):
                foreach (var form in forms) Collect(path, form);
                break;
        }
    }

    private void Section(string path, Description.Mapping mapping)
    {
        _text.Append(CultureInfo.InvariantCulture, $"## {Heading(path)}\n\n{mapping.Meaning}");
        foreach (var group in mapping.Groups)
            _text.Append(CultureInfo.InvariantCulture, $" {(group.IsExclusive ? "Exactly" : "At least")} one of {string.Join(", ", group.Keys.Select(key => $"`{key}`"))} is required.");
        _text.Append("\n\n| key | type | default | meaning |\n|---|---|---|---|\n");
        foreach (var field in mapping.Fields)
        {
            var standard = field.IsRequired ? "required" : field.Default is { } text ? $"`{Cell(text)}`" : "";
            _text.Append(CultureInfo.InvariantCulture, $"| `{field.Key}` | {Cell(Type(field.Value))} | {standard} | {Cell(Meaning(field))} |\n");
        }
        _text.Append('\n');
    }

    private static string Heading(string path) => path.Length == 0 ? "The file" : $"`{path}`";

    private string Type(Description description)
    {
        switch (description)
        {
            case Description.Scalar scalar when scalar.Meaning.Length > 0:
                if (_values.TryGetValue(scalar.Name, out var other) && other.Meaning != scalar.Meaning) throw new InvalidOperationException($"two kinds of values are called {scalar.Name}");
                _values[scalar.Name] = scalar;
                return $"[{scalar.Name}](#{Anchor(scalar.Name)})";
            case Description.Mapping mapping:
                return $"[{mapping.Name}](#{Anchor(Heading(_sections.Find(section => section.Mapping.Name == mapping.Name).Path))})";
            case Description.Choice(_, var words):
                return string.Join(", ", words.Select(word => $"`{word.Word}`"));
            case Description.List(var item, _):
                return $"list of {Type(item)}";
            case Description.Map(var key, var value):
                return $"map of {Type(key)} to {Type(value)}";
            case Description.Either(var forms):
                return string.Join(" or ", forms.Select(Type));
            default:
                return description.Name;
        }
    }

    private static string Meaning(FieldDescription field)
    {
        var text = new StringBuilder(field.Meaning);
        foreach (var form in field.Value is Description.Either either ? either.Forms : [field.Value])
        {
            if (form is Description.Choice { Words.Length: > 1 } choice)
                text.Append(text.Length > 0 ? ": " : "").AppendJoin(", ", choice.Words.Select(word => $"`{word.Word}` ({word.Meaning})"));
            if (form is Description.Scalar { Least: { } least } number)
                text.Append(number.Most is { } most ? string.Create(CultureInfo.InvariantCulture, $" ({least} to {most})") : string.Create(CultureInfo.InvariantCulture, $" (at least {least})"));
        }
        return text.ToString();
    }

    private void Values()
    {
        _text.Append("## How values are written\n\n");
        foreach (var (name, value) in _values)
        {
            _text.Append(CultureInfo.InvariantCulture, $"### {name}\n\n{value.Meaning}");
            _text.Append(CultureInfo.InvariantCulture, $" For example: {string.Join(", ", value.Examples.Select(example => $"`{example}`"))}\n\n");
        }
        _text.Length--;
    }

    /// <summary>What the usual renderers of Markdown make of a heading.</summary>
    private static string Anchor(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-').Select(c => c == ' ' ? '-' : c));

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
