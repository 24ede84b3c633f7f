using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meshlift.Tests.Configuration;
using Meshlift.Yaml;

namespace Meshlift.Tests.CommandLine;

/// <summary>The schemas in <c>schemas/</c> that say what programs get.</summary>
internal static class PublishedSchema
{
    /// <summary>Reads an output, which must be what its schema says.</summary>
    /// <param name="name">The command of the schema: <c>render</c> for <c>schemas/render.schema.json</c>.</param>
    /// <param name="output">The output.</param>
    public static JsonElement AssertFits(string name, string output)
    {
        var root = JsonDocument.Parse(output).RootElement;
        // JSON is YAML, so the reader of the product gives the validator its nodes.
        Assert.Empty(new JsonSchemaValidator(Read(name)).Validate(YamlReader.Read(Encoding.UTF8.GetBytes(output))!));
        return root;
    }

    /// <summary>A schema.</summary>
    public static JsonObject Read(string name)
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (Path.Combine(folder, "schemas", $"{name}.schema.json") is var schema && File.Exists(schema)) return (JsonObject)JsonNode.Parse(File.ReadAllText(schema))!;
        throw new FileNotFoundException($"schemas/{name}.schema.json is not above the tests");
    }
}
