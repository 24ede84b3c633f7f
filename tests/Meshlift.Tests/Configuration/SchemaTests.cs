using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Meshlift.Core.Configuration;
using Meshlift.Yaml;

namespace Meshlift.Tests.Configuration;

public sealed partial class SchemaTests
{
    private static readonly JsonObject Schema = (JsonObject)JsonNode.Parse(MeshSchema.Write())!;
    private static readonly JsonSchemaValidator Validator = new(Schema);

    [Fact]
    public void The_checked_in_schema_is_the_generated_one() => CheckedIn("schemas/meshlift.schema.json", MeshSchema.Write());

    [Fact]
    public void The_checked_in_reference_is_the_generated_one() => CheckedIn("docs/configuration.md", MeshReference.Write());

    [Fact]
    public void The_schema_names_its_draft_and_itself()
    {
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", Schema["$schema"]!.GetValue<string>());
        Assert.Equal("https://meshlift.dev/schemas/v1alpha1/mesh.json", Schema["$id"]!.GetValue<string>());
    }

    [Fact]
    public void The_full_examples_are_valid() => Assert.All(FullExampleTests.All, example => Assert.Empty(Validator.Validate(YamlReader.Read(example)!)));

    [Fact]
    public void The_full_examples_hold_every_key_of_the_schema_but_what_excludes_another()
    {
        var text = string.Concat(FullExampleTests.All.Select(Encoding.UTF8.GetString));
        var keys = Schema["$defs"]!.AsObject().SelectMany(definition => definition.Value!["properties"]!.AsObject().Select(property => property.Key));
        Assert.Equal(["destination", "manifests", "project"], keys.Distinct(StringComparer.Ordinal).Where(key => !text.Contains($" {key}:", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(ErrorTests.Replacements), MemberType = typeof(ErrorTests))]
    public void Unknown_missing_and_mistyped_keys_are_marked_in_the_editor_too(string old, string replacement, string error)
    {
        var errors = Validator.Validate(YamlReader.Read(MeshText.Smallest.Replace(old, replacement, StringComparison.Ordinal))!);
        var isStructural = error.Contains("unknown key", StringComparison.Ordinal) || error.Contains(" needs the key '", StringComparison.Ordinal) || error.Contains(" must be a ", StringComparison.Ordinal);
        // Rules between values are the reader's alone.
        if (isStructural && !error.Contains("beside it", StringComparison.Ordinal)) Assert.NotEmpty(errors);
    }

    [Theory]
    [InlineData("versions", "Versions/version-ranges.txt"), InlineData("soak", "Configuration/durations.txt"), InlineData("maxIncrease", "Configuration/percentages.txt")]
    [InlineData("window", "Configuration/windows.txt"), InlineData("name", "Configuration/globs.txt"), InlineData("path", "Configuration/paths.txt")]
    public void No_editor_marks_what_the_reader_accepts(string key, string table)
    {
        var definition = key switch { "versions" => "istio", "soak" or "window" => "environment", "maxIncrease" => "gate", "name" => "clean-rule", _ => "cluster" };
        var property = (JsonObject)Schema["$defs"]![definition]!["properties"]![key]!;
        var validator = new JsonSchemaValidator(new JsonObject { ["$ref"] = "#/$defs/it", ["$defs"] = new JsonObject { ["it"] = property.DeepClone() } });
        foreach (var row in Vectors.Of(table).Where(row => !((string)row[1]).StartsWith("error", StringComparison.Ordinal)))
            Assert.Empty(validator.Validate(YamlScalar.String((string)row[0])));
    }

    [Fact]
    public void Every_default_and_every_example_of_the_schema_is_valid_there()
    {
        foreach (var property in Schema["$defs"]!.AsObject().SelectMany(definition => definition.Value!["properties"]!.AsObject()).Select(property => (JsonObject)property.Value!))
        {
            var validator = new JsonSchemaValidator(new JsonObject { ["$ref"] = "#/$defs/it", ["$defs"] = Definitions(property) });
            foreach (var value in (property["examples"] as JsonArray ?? []).Append(property["default"]).OfType<JsonNode>())
                Assert.Empty(validator.Validate(YamlReader.Read(value.ToJsonString())!));
        }
    }

    [Fact]
    public void The_smallest_example_of_the_reference_can_be_read()
    {
        var example = Fence().Match(MeshReference.Write()).Groups["yaml"].Value;
        Assert.Equal("shop", MeshText.Read(example).Name);
        Assert.Empty(Validator.Validate(YamlReader.Read(example)!));
    }

    [Fact]
    public void Every_link_of_the_reference_leads_to_a_heading()
    {
        var page = MeshReference.Write();
        var anchors = Heading().Matches(page).Select(heading => Unmarked().Replace(heading.Groups["title"].Value.ToLowerInvariant(), "").Replace(' ', '-')).ToList();
        Assert.Equal(anchors.Count, anchors.Distinct(StringComparer.Ordinal).Count());
        var links = Link().Matches(page);
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(anchors.Contains(link.Groups["anchor"].Value, StringComparer.Ordinal), link.Value));
    }

    private static JsonObject Definitions(JsonObject property)
    {
        var definitions = (JsonObject)Schema["$defs"]!.DeepClone();
        definitions["it"] = property.DeepClone();
        return definitions;
    }

    /// <summary>Compares with the file in the repository; with UPDATE_GOLDEN=1 in the environment, writes it.</summary>
    internal static void CheckedIn(string path, string expected)
    {
        var file = Path.Combine(Vectors.Root, path);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, expected);
        }
        Assert.Equal(expected, File.ReadAllText(file));
    }

    [GeneratedRegex("```yaml\n(?<yaml>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fence();

    [GeneratedRegex("^#+ (?<title>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex("[^a-z0-9 -]", RegexOptions.None, 1000)]
    private static partial Regex Unmarked();

    [GeneratedRegex(@"\]\(#(?<anchor>[^)]*)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
