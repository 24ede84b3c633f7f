using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Patches;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Tests.Simulator.Clusters;

/// <summary>The three forms of patches, as values.</summary>
public sealed class PatchTests
{
    private static readonly FieldSchema Pod = TypeDescriptions.BuiltIn.Types["io.k8s.api.core.v1.Pod"];

    // The table of RFC 7386, appendix A.
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [InlineData("""{"a":"foo"}""", "null", "null")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("[1,2]", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void Merge_patch_is_that_of_the_rfc(string target, string patch, string expected) =>
        Assert.Equal(expected, MergePatch.Apply(JsonNode.Parse(target), JsonNode.Parse(patch))?.ToJsonString() ?? "null");

    [Fact]
    public void A_merge_patch_applied_twice_is_applied_once() => Prop.ForAll(Objects.ToArbitrary(), Objects.ToArbitrary(), (target, patch) =>
    {
        var once = MergePatch.Apply(target, patch);
        return JsonNode.DeepEquals(once, MergePatch.Apply(once, patch));
    }).Holds();

    [Theory]
    [InlineData("""{"a":[1,2]}""", """[{"op":"add","path":"/a/1","value":9}]""", """{"a":[1,9,2]}""")]
    [InlineData("""{"a":[1]}""", """[{"op":"add","path":"/a/-","value":{"b":1}}]""", """{"a":[1,{"b":1}]}""")]
    [InlineData("""{"a":{"b/c":1,"d~e":2}}""", """[{"op":"remove","path":"/a/b~1c"},{"op":"replace","path":"/a/d~0e","value":3}]""", """{"a":{"d~e":3}}""")]
    [InlineData("""{"a":1,"b":{}}""", """[{"op":"move","from":"/a","path":"/b/a"},{"op":"copy","from":"/b","path":"/c"}]""", """{"b":{"a":1},"c":{"a":1}}""")]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"/a","value":1},{"op":"add","path":"/b","value":null}]""", """{"a":1,"b":null}""")]
    public void Json_patch_does_its_operations_in_order(string target, string patch, string expected) =>
        Assert.Equal(expected, JsonPatch.Apply(JsonNode.Parse(target), JsonNode.Parse(patch))!.ToJsonString());

    [Theory]
    [InlineData("""[{"op":"remove","path":"/none"}]""", 422)]
    [InlineData("""[{"op":"replace","path":"/none","value":1}]""", 422)]
    [InlineData("""[{"op":"test","path":"/a","value":2}]""", 422)]
    [InlineData("""[{"op":"add","path":"/a/b/c","value":1}]""", 422)]
    [InlineData("""[{"op":"dance","path":"/a"}]""", 422)]
    [InlineData("""[{"op":"add","path":"/a"}]""", 400)]
    [InlineData("""{"a":1}""", 400)]
    public void A_json_patch_that_does_not_fit_is_refused(string patch, int code) =>
        Assert.Equal(code, Assert.Throws<ApiException>(() => JsonPatch.Apply(JsonNode.Parse("""{"a":1}"""), JsonNode.Parse(patch))).Code);

    [Theory]
    [InlineData("""{"spec":{"containers":[{"name":"a","image":"1"}]}}""", """{"spec":{"containers":[{"name":"b","image":"2"}]}}""", """{"spec":{"containers":[{"name":"a","image":"1"},{"name":"b","image":"2"}]}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a","image":"1","tty":true}]}}""", """{"spec":{"containers":[{"name":"a","image":"2"}]}}""", """{"spec":{"containers":[{"name":"a","image":"2","tty":true}]}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""", """{"spec":{"containers":[{"name":"a","$patch":"delete"}]}}""", """{"spec":{"containers":[{"name":"b"}]}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a","tty":true}]}}""", """{"spec":{"containers":[{"name":"a","$patch":"replace","image":"x"}]}}""", """{"spec":{"containers":[{"name":"a","image":"x"}]}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""", """{"spec":{"containers":[{"$patch":"replace"},{"name":"c"}]}}""", """{"spec":{"containers":[{"name":"c"}]}}""")]
    [InlineData("""{"spec":{"volumes":[{"name":"v","emptyDir":{}}]}}""", """{"spec":{"volumes":[{"name":"v","$retainKeys":["name","hostPath"],"hostPath":{"path":"/"}}]}}""", """{"spec":{"volumes":[{"name":"v","hostPath":{"path":"/"}}]}}""")]
    [InlineData("""{"metadata":{"finalizers":["a","b"]}}""", """{"metadata":{"$deleteFromPrimitiveList/finalizers":["a"],"finalizers":["c"]}}""", """{"metadata":{"finalizers":["b","c"]}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""", """{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}]}}""", """{"spec":{"containers":[{"name":"b"},{"name":"a"}]}}""")]
    [InlineData("""{"spec":{"tolerations":[{"key":"a"}]}}""", """{"spec":{"tolerations":[{"key":"b"}]}}""", """{"spec":{"tolerations":[{"key":"b"}]}}""")]
    [InlineData("""{"metadata":{"labels":{"a":"1","b":"2"}}}""", """{"metadata":{"labels":{"$patch":"replace","c":"3"}}}""", """{"metadata":{"labels":{"c":"3"}}}""")]
    [InlineData("""{"metadata":{"labels":{"a":"1","b":"2"}}}""", """{"metadata":{"labels":{"a":null}}}""", """{"metadata":{"labels":{"b":"2"}}}""")]
    public void Strategic_merge_patch_knows_keys_and_directives(string target, string patch, string expected) =>
        Assert.Equal(expected, StrategicMergePatch.Apply(Json.Object(target), Json.Object(patch), Pod).ToJsonString());

    [Theory, InlineData("""{"spec":{"containers":[{"image":"x"}]}}"""), InlineData("""{"spec":{"$patch":"twist"}}""")]
    public void A_strategic_patch_that_cannot_be_understood_is_refused(string patch) =>
        Assert.Equal(400, Assert.Throws<ApiException>(() => StrategicMergePatch.Apply(Json.Object("""{"spec":{"containers":[{"name":"a"}]}}"""), Json.Object(patch), Pod)).Code);

    internal static Gen<JsonObject> Objects { get; } = Gen.Sized(size => Object(Math.Min(size, 20)));

    private static Gen<JsonObject> Object(int size) =>
        Gen.Zip(Gen.Elements("a", "b", "c", "d"), Value(size / 2)).ListOf(3).Select(members =>
        {
            var json = new JsonObject();
            foreach (var (name, value) in members) json[name] = value?.DeepClone();
            return json;
        });

    private static Gen<JsonNode?> Value(int size)
    {
        var scalar = Gen.Elements<string?>("1", "\"x\"", "true", null, "[1,2]", "[]").Select(text => text is null ? null : JsonNode.Parse(text));
        return size == 0 ? scalar : Gen.OneOf(scalar, Object(size).Select(json => (JsonNode?)json));
    }
}
