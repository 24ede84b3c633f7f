using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Meshlift.Simulator.Clusters.Apply;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Tests.Simulator.Clusters;

/// <summary>Server-side apply and who owns what, as values.</summary>
public sealed class FieldOwnershipTests
{
    private static readonly FieldSchema Deployment = TypeDescriptions.BuiltIn.Types["io.k8s.api.apps.v1.Deployment"];
    private static readonly FieldSchema Service = TypeDescriptions.BuiltIn.Types["io.k8s.api.core.v1.Service"];

    [Fact]
    public void What_is_no_longer_applied_goes()
    {
        var state = new State(Deployment).Apply("a", """{"metadata":{"labels":{"x":"1","y":"2"}},"spec":{"replicas":3,"paused":true}}""");
        state.Apply("a", """{"metadata":{"labels":{"x":"1"}},"spec":{"replicas":3}}""");
        Assert.Equal("""{"metadata":{"labels":{"x":"1"}},"spec":{"replicas":3}}""", state.Text);
    }

    [Fact]
    public void What_another_one_holds_stays()
    {
        var state = new State(Deployment).Apply("a", """{"spec":{"replicas":3,"paused":true}}""").Apply("b", """{"spec":{"replicas":3}}""");
        state.Apply("a", """{"spec":{"paused":true}}""");
        Assert.Equal("""{"spec":{"replicas":3,"paused":true}}""", state.Text);
        state.Apply("b", "{}");
        Assert.Equal("""{"spec":{"paused":true}}""", state.Text);
    }

    [Fact]
    public void A_field_of_another_one_conflicts_unless_it_is_forced()
    {
        var state = new State(Deployment).Update("kubectl", """{"spec":{"replicas":1}}""");
        var refused = Assert.Throws<ApiException>(() => state.Apply("me", """{"spec":{"replicas":2}}"""));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"kubectl\" using apps/v1: .spec.replicas", refused.Message);
        Assert.Equal(new ApiCause("FieldManagerConflict", "conflict with \"kubectl\" using apps/v1", ".spec.replicas"), Assert.Single(refused.Causes));
        state.Apply("me", """{"spec":{"replicas":2}}""", force: true);
        Assert.Equal("""{"f:spec":{"f:replicas":{}}}""", state.Owned("me"));
        Assert.Equal("", state.Owned("kubectl").Replace("""{"f:spec":{}}""", "", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_value_is_shared()
    {
        var state = new State(Deployment).Apply("a", """{"spec":{"replicas":2}}""").Apply("b", """{"spec":{"replicas":2}}""");
        Assert.Equal(state.Owned("a"), state.Owned("b"));
        var refused = Assert.Throws<ApiException>(() => state.Apply("b", """{"spec":{"replicas":3}}"""));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"a\": .spec.replicas", refused.Message);
    }

    [Fact]
    public void Items_of_lists_are_owned_by_their_keys()
    {
        var state = new State(Service).Apply("a", """{"spec":{"ports":[{"port":80,"name":"http"}]}}""").Apply("b", """{"spec":{"ports":[{"port":443,"protocol":"TCP","name":"https"}]}}""");
        Assert.Equal("""{"f:spec":{"f:ports":{"k:{\"port\":443,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{},"f:protocol":{}}}}}""", state.Owned("b"));
        Assert.Equal("""{"f:spec":{"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{}}}}}""", state.Owned("a"));
        state.Apply("a", """{"spec":{}}""");
        Assert.Equal("""{"spec":{"ports":[{"port":443,"protocol":"TCP","name":"https"}]}}""", state.Text);
    }

    [Fact]
    public void A_list_without_keys_is_owned_as_a_whole()
    {
        var state = new State(Deployment).Apply("a", """{"spec":{"template":{"spec":{"tolerations":[{"key":"x"}]}}}}""");
        Assert.Equal("""{"f:spec":{"f:template":{"f:spec":{"f:tolerations":{}}}}}""", state.Owned("a"));
        Assert.Throws<ApiException>(() => state.Apply("b", """{"spec":{"template":{"spec":{"tolerations":[{"key":"y"}]}}}}"""));
    }

    [Fact]
    public void Twins_cannot_be_applied_and_are_kept_where_they_are()
    {
        const string twins = """{"spec":{"template":{"spec":{"containers":[{"name":"a","env":[{"name":"X","value":"1"},{"name":"X","value":"2"}]}]}}}}""";
        Assert.Contains(".spec.template.spec.containers[name=\"a\"].env: duplicate entries for key [name=\"X\"]", Assert.Throws<ApiException>(() => new State(Deployment).Apply("a", twins)).Message, StringComparison.Ordinal);
        Assert.Equal(twins, new State(Deployment).Update("a", twins).Apply("b", """{"spec":{"template":{"spec":{"containers":[{"name":"a"}]}}}}""").Text);
    }

    [Fact]
    public void An_update_takes_over_what_it_changes_and_nothing_else()
    {
        var state = new State(Deployment).Apply("a", """{"spec":{"replicas":2,"paused":true}}""").Update("scaler", """{"spec":{"replicas":5,"paused":true}}""");
        Assert.Equal("""{"f:spec":{"f:paused":{}}}""", state.Owned("a"));
        Assert.Equal("""{"f:spec":{"f:replicas":{}}}""", state.Owned("scaler"));
    }

    [Fact]
    public void Nobody_owns_the_identity()
    {
        var state = new State(Deployment).Update("a", """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x","namespace":"n","uid":"u","resourceVersion":"1","generation":1},"spec":{"paused":true}}""");
        Assert.DoesNotContain("f:metadata", state.Owned("a"), StringComparison.Ordinal);
        Assert.DoesNotContain("f:kind", state.Owned("a"), StringComparison.Ordinal);
    }

    [Fact]
    public void Applying_twice_is_applying_once() => Prop.ForAll(Applied.ToArbitrary(), Applied.ToArbitrary(), (first, second) =>
    {
        var state = new State(Deployment).Apply("other", first).Apply("me", second, force: true);
        var (text, owned) = (state.Text, state.Owned("me"));
        state.Apply("me", second);
        return text == state.Text && owned == state.Owned("me");
    }).Holds();

    [Fact]
    public void What_was_applied_is_there_and_owned() => Prop.ForAll(Applied.ToArbitrary(), Applied.ToArbitrary(), (first, second) =>
    {
        var state = new State(Deployment).Apply("me", first).Apply("other", second, force: true).Apply("me", first, force: true);
        var expected = FieldSteps.SetOf(Json.Object(first), Deployment);
        return FieldSet.Difference(expected, FieldSteps.SetOf(Json.Object(state.Text), Deployment)).IsEmpty
            && JsonNode.DeepEquals(ObjectMerge.Merge(Json.Object(state.Text), Json.Object(first), Deployment), Json.Object(state.Text));
    }).Holds();

    [Fact]
    public void One_applier_alone_leaves_what_it_applied_last() => Prop.ForAll(Applied.ToArbitrary(), Applied.ToArbitrary(), (first, second) =>
        FieldSet.AreEqual(FieldSteps.SetOf(Json.Object(second), Deployment), FieldSteps.SetOf(Json.Object(new State(Deployment).Apply("me", first).Apply("me", second).Text), Deployment))).Holds();

    [Fact]
    public void Sets_keep_their_form()
    {
        const string text = """{"f:spec":{".":{},"f:ports":{"k:{\"port\":80}":{".":{},"f:name":{}}},"f:tags":{"v:\"a\"":{}}}}""";
        Assert.Equal(text, FieldSet.FromJson(Json.Object(text)).ToJson().ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal([".spec", ".spec.ports[port=80]", ".spec.ports[port=80].name", ".spec.tags[=\"a\"]"], FieldSet.FromJson(Json.Object(text)).Paths());
    }

    private static Gen<string> Applied { get; } =
        from replicas in Gen.Elements("", "\"replicas\":1", "\"replicas\":2")
        from paused in Gen.Elements("", "\"paused\":true")
        from containers in Gen.SubListOf("a", "b", "c")
        from image in Gen.Elements("1", "2")
        let template = containers.Count == 0 ? "" : $$$"""
            "template":{"spec":{"containers":[{{{string.Join(',', containers.Select(name => $$"""{"name":"{{name}}","image":"{{image}}"}"""))}}}]}}
            """
        select $$$"""{"metadata":{"labels":{"image":"{{{image}}}"}},"spec":{"minReadySeconds":1{{{string.Concat(((string[])[replicas, paused, template]).Where(part => part.Length > 0).Select(part => "," + part))}}}}}""";

    /// <summary>An object with its managers.</summary>
    private sealed class State(FieldSchema schema)
    {
        private JsonObject _object = [];
        private List<ManagerEntry> _managers = [];

        public string Text => _object.ToJsonString();

        public State Apply(string manager, string applied, bool force = false)
        {
            (_object, _managers) = FieldOwnership.Apply(_object, Json.Object(applied), schema, _managers, new ManagerEntry(manager, true, "apps/v1", "", "", new()), force);
            return this;
        }

        public State Update(string manager, string after)
        {
            _managers = FieldOwnership.AfterUpdate(_object, Json.Object(after), schema, _managers, new ManagerEntry(manager, false, "apps/v1", "", "", new()));
            _object = Json.Object(after);
            return this;
        }

        public string Owned(string manager) =>
            _managers.Find(entry => entry.Manager == manager)?.Fields.ToJson().ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) ?? "";
    }
}
