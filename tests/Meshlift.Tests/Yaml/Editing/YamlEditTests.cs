using Meshlift.Yaml;
using Meshlift.Yaml.Editing;

namespace Meshlift.Tests.Yaml.Editing;

/// <summary>What edits look like, one rule a test. A <c>⏎</c> in the table stands for a line break.</summary>
public sealed class YamlEditTests
{
    [Theory]
    [InlineData("a: 1 # one⏎b: 2⏎", "a", "5", "a: 5 # one⏎b: 2⏎")]
    [InlineData("a:   one   # aligned⏎", "a", "two", "a:   two   # aligned⏎")]
    [InlineData("a: 'one'⏎", "a", "it's", "a: 'it''s'⏎")]
    [InlineData("a: \"one\"⏎", "a", "two", "a: \"two\"⏎")]
    [InlineData("a: \"one\"⏎", "a", "2", "a: 2⏎")]
    [InlineData("a: one⏎", "a", "'2'", "a: \"2\"⏎")]
    [InlineData("a: one⏎  more # c⏎b: 2⏎", "a", "two", "a: two # c⏎b: 2⏎")]
    [InlineData("a: {b: 1, c: [x, y]} # c⏎", "a.c[1]", "z", "a: {b: 1, c: [x, z]} # c⏎")]
    [InlineData("{\"a\":{\"b\":\"c\"}}⏎", "a.b", "d", "{\"a\":{\"b\":\"d\"}}⏎")]
    [InlineData("a: |  # script⏎  one⏎  two⏎b: 2⏎", "a", "\"x\\ny\\n\"", "a: |  # script⏎  x⏎  y⏎b: 2⏎")]
    [InlineData("a: >-⏎  one⏎  two⏎⏎b: 2⏎", "a", "x", "a: x⏎⏎b: 2⏎")]
    [InlineData("a: |+⏎  one⏎⏎⏎b: 2⏎", "a", "x", "a: x⏎b: 2⏎")]
    [InlineData("a: one # c⏎b: 2⏎", "a", "\"x\\ny\"", "a: |- # c⏎  x⏎  y⏎b: 2⏎")]
    [InlineData("a: \"one\"⏎", "a", "\"x\\ny\"", "a: \"x\\ny\"⏎")]
    [InlineData("a: one # c⏎b:⏎    c: 2⏎", "a", "{d: 1, e: {f: 2}}", "a: # c⏎    d: 1⏎    e:⏎        f: 2⏎b:⏎    c: 2⏎")]
    [InlineData("a: one⏎b:⏎  - c⏎", "a", "[1, {d: 2, e: 3}, [4, 5]]", "a:⏎  - 1⏎  - d: 2⏎    e: 3⏎  - - 4⏎    - 5⏎b:⏎  - c⏎")]
    [InlineData("a: # why⏎  b: 1⏎  # inside⏎  c: 2 # two⏎  # below⏎# outside⏎d: 3⏎", "a", "5", "a: 5 # why⏎# outside⏎d: 3⏎")]
    [InlineData("a:⏎- 1 # one⏎- 2⏎b: 3⏎", "a", "{}", "a: {}⏎b: 3⏎")]
    [InlineData("- a: 1 # c⏎  b: 2⏎- x⏎", "[0]", "5", "- 5⏎- x⏎")]
    [InlineData("- one # c⏎- x⏎", "[0]", "{a: 1, b: 2}", "- a: 1 # c⏎  b: 2⏎- x⏎")]
    [InlineData("-   one⏎-   two⏎", "[1]", "{a: 1, b: 2}", "-   one⏎-   a: 1⏎    b: 2⏎")]
    [InlineData("a:⏎b:⏎", "a", "1", "a: 1⏎b:⏎")]
    [InlineData("a:   # none⏎b:⏎", "a", "{c: 1}", "a:   # none⏎  c: 1⏎b:⏎")]
    [InlineData("a: ~⏎", "a", "[1]", "a:⏎- 1⏎")]
    [InlineData("-⏎- 1⏎", "[0]", "x", "- x⏎- 1⏎")]
    [InlineData("{a, b: , c: 1}⏎", "a", "x", "{a: x, b: , c: 1}⏎")]
    [InlineData("{a, b: , c: 1}⏎", "b", "[x]", "{a, b: [x] , c: 1}⏎")]
    [InlineData("a:⏎  long text⏎b: 1⏎", "a", "short", "a:⏎  short⏎b: 1⏎")]
    [InlineData("? a⏎: b⏎", "a", "c", "? a⏎: c⏎")]
    [InlineData("# head⏎%YAML 1.1⏎--- # start⏎a: 1⏎...⏎# tail⏎", "a", "2", "# head⏎%YAML 1.1⏎--- # start⏎a: 2⏎...⏎# tail⏎")]
    [InlineData("a: 1\t# tab⏎", "a", "2", "a: 2\t# tab⏎")]
    public void Set_replaces_a_value_and_keeps_what_is_around_it(string before, string path, string value, string after) =>
        Edit(before, new YamlChange.Set(YamlPath.Parse(path), YamlReader.Read(value)!), after);

    [Theory]
    [InlineData("a:⏎  b: 1⏎  # disabled: 2⏎c: 3⏎", "a.x", "1", "a:⏎  b: 1⏎  x: 1⏎  # disabled: 2⏎c: 3⏎")]
    [InlineData("a:⏎    b:⏎        c: 1⏎        # of b⏎d: 3⏎", "a.x", "{z: 1}", "a:⏎    b:⏎        c: 1⏎        # of b⏎    x:⏎        z: 1⏎d: 3⏎")]
    [InlineData("a: {}⏎b: 1⏎", "a[\"istio.io/rev\"]", "1-30-3", "a:⏎  istio.io/rev: 1-30-3⏎b: 1⏎")]
    [InlineData("metadata:⏎  name: x⏎spec: {}⏎", "metadata.labels[\"istio.io/rev\"]", "'yes'", "metadata:⏎  name: x⏎  labels:⏎    istio.io/rev: \"yes\"⏎spec: {}⏎")]
    [InlineData("a:⏎", "a.b.c", "1", "a:⏎  b:⏎    c: 1⏎")]
    [InlineData("a: {b: 1}⏎", "a.c", "{d: [1, 'x']}", "a: {b: 1, c: {d: [1, x]}}⏎")]
    [InlineData("a: {b: 1,}⏎", "a.c", "2", "a: {b: 1, c: 2,}⏎")]
    [InlineData("a: {⏎  b: 1, # one⏎  c: 2 # two⏎}⏎", "a.d", "3", "a: {⏎  b: 1, # one⏎  c: 2, # two⏎  d: 3⏎}⏎")]
    [InlineData("a: {⏎  b: 1,⏎}⏎", "a.d", "3", "a: {⏎  b: 1,⏎  d: 3,⏎}⏎")]
    [InlineData("{\"a\":{\"b\":1}}⏎", "a.c", "x", "{\"a\":{\"b\":1, \"c\": \"x\"}}⏎")]
    [InlineData("a: [{}]⏎", "a[0].b", "1", "a: [{b: 1}]⏎")]
    [InlineData("- name: x # the one⏎- name: y⏎", "[name=x].image", "i", "- name: x # the one⏎  image: i⏎- name: y⏎")]
    [InlineData("a: |⏎  text⏎⏎# tail⏎", "b", "1", "a: |⏎  text⏎b: 1⏎⏎# tail⏎")]
    [InlineData("a: |+⏎  text⏎⏎# tail⏎", "b", "1", "a: |+⏎  text⏎⏎b: 1⏎# tail⏎")]
    [InlineData("a: 1⏎...⏎", "b", "2", "a: 1⏎b: 2⏎...⏎")]
    [InlineData("? a⏎: b⏎", "c", "d", "? a⏎: b⏎c: d⏎")]
    [InlineData("x: &x {a: 1}⏎c:⏎  <<: *x⏎z: 1⏎", "c.b", "2", "x: &x {a: 1}⏎c:⏎  <<: *x⏎  b: 2⏎z: 1⏎")]
    [InlineData("x: &x {a: 1}⏎c:⏎  <<: *x⏎z: 1⏎", "c.a", "2", "x: &x {a: 1}⏎c:⏎  <<: *x⏎  a: 2⏎z: 1⏎")]
    [InlineData("", "a.b", "1", "a:⏎  b: 1⏎")]
    [InlineData("# nothing yet⏎", "a", "[1]", "# nothing yet⏎a:⏎- 1⏎")]
    [InlineData("---⏎# nothing yet⏎...⏎", "a", "1", "---⏎# nothing yet⏎a: 1⏎...⏎")]
    [InlineData("---", "a", "1", "---⏎a: 1⏎")]
    [InlineData("{} # nothing⏎", "a", "1", "a: 1 # nothing⏎")]
    [InlineData("--- {}⏎", "a", "1", "--- {a: 1}⏎")]
    public void Set_adds_what_is_missing_in_the_manner_of_its_neighbours(string before, string path, string value, string after) =>
        Edit(before, new YamlChange.Set(YamlPath.Parse(path), YamlReader.Read(value)!), after);

    [Theory]
    [InlineData("a:⏎- x⏎# about y⏎- y⏎", "a[1]", "z", "a:⏎- x⏎- z⏎# about y⏎- y⏎")]
    [InlineData("a:⏎# about x⏎- x⏎", "a[0]", "z", "a:⏎- z⏎# about x⏎- x⏎")]
    [InlineData("a:⏎  -   x: 1⏎      y: 2⏎b: 1⏎", "a[1]", "{x: 3, z: [4]}", "a:⏎  -   x: 1⏎      y: 2⏎  -   x: 3⏎      z:⏎        - 4⏎b: 1⏎")]
    [InlineData("- - a⏎  - b⏎", "[0][0]", "z", "- - z⏎  - a⏎  - b⏎")]
    [InlineData("- 'a'⏎- 'b'⏎", "[2]", "c", "- 'a'⏎- 'b'⏎- 'c'⏎")]
    [InlineData("[\"a\", \"b\"]⏎", "[1]", "c", "[\"a\", \"c\", \"b\"]⏎")]
    [InlineData("[⏎  a, # one⏎  # about b⏎  b⏎]⏎", "[1]", "c", "[⏎  a, # one⏎  c,⏎  # about b⏎  b⏎]⏎")]
    [InlineData("[⏎  # nothing⏎]⏎", "[0]", "c", "[⏎  # nothing⏎c]⏎")]
    [InlineData("a: []⏎", "a[0]", "{x: 1}", "a:⏎- x: 1⏎")]
    [InlineData("a:⏎", "a[0]", "x", "a:⏎- x⏎")]
    public void Insert_puts_an_item_before_the_one_that_has_its_index(string before, string path, string value, string after) =>
        Edit(before, new YamlChange.Insert(YamlPath.Parse(path), YamlReader.Read(value)!), after);

    [Theory]
    [InlineData("resources:⏎  - a.yaml⏎  - b.yaml # last⏎", "resources", "resources:⏎  - a.yaml⏎  - b.yaml # last⏎  - new⏎")]
    [InlineData("kind: K⏎", "resources", "kind: K⏎resources:⏎- new⏎")]
    [InlineData("resources: []⏎", "resources", "resources:⏎- new⏎")]
    [InlineData("resources:⏎", "resources", "resources:⏎- new⏎")]
    [InlineData("a: [x]⏎", "a", "a: [x, new]⏎")]
    [InlineData("a:⏎- b: {c: [x]}⏎- b: {c: [y]}⏎", "a[*].b.c", "a:⏎- b: {c: [x, new]}⏎- b: {c: [y, new]}⏎")]
    public void Append_adds_an_item_at_the_end(string before, string path, string after) => Edit(before, new YamlChange.Append(YamlPath.Parse(path), YamlScalar.String("new")), after);

    [Theory]
    [InlineData("a: 1⏎# about b⏎b: 2 # two⏎c: 3⏎", "b", "a: 1⏎# about b⏎c: 3⏎")]
    [InlineData("a:⏎  b: 1⏎  # in a⏎# outside⏎c: 3⏎", "a", "# outside⏎c: 3⏎")]
    [InlineData("a:⏎  # about b⏎  b: 1 # one⏎c: 3⏎", "a.b", "a: {}⏎  # about b⏎c: 3⏎")]
    [InlineData("a: # why⏎- 1⏎c: 3⏎", "a[0]", "a: [] # why⏎c: 3⏎")]
    [InlineData("a: 1 # one⏎# tail⏎", "a", "{}⏎# tail⏎")]
    [InlineData("- a: 1 # one⏎- b⏎", "[0].a", "- {}⏎- b⏎")]
    [InlineData("- a: 1 # one⏎  b: 2⏎", "[0].a", "- b: 2⏎")]
    [InlineData("- a: 1⏎  # about b⏎  b: 2⏎", "[0].a", "-⏎  # about b⏎  b: 2⏎")]
    [InlineData("- - 1⏎  - 2⏎", "[0][0]", "- - 2⏎")]
    [InlineData("- 1⏎# about 2⏎- 2⏎- 3⏎", "[1]", "- 1⏎# about 2⏎- 3⏎")]
    [InlineData("a: |⏎  x⏎⏎b: |+⏎  y⏎⏎c: 1⏎", "b", "a: |⏎  x⏎⏎c: 1⏎")]
    [InlineData("a: {b: 1, c: 2, d: 3}⏎", "a.b", "a: {c: 2, d: 3}⏎")]
    [InlineData("a: {b: 1, c: 2, d: 3}⏎", "a.d", "a: {b: 1, c: 2}⏎")]
    [InlineData("a: {b: 1}⏎", "a.b", "a: {}⏎")]
    [InlineData("a: [⏎  1, # one⏎  # about two⏎  2 # two⏎]⏎", "a[1]", "a: [⏎  1 # one⏎  # about two⏎]⏎")]
    [InlineData("a: [⏎  1, # one⏎  2 # two⏎]⏎", "a[0]", "a: [⏎  2 # two⏎]⏎")]
    [InlineData("- {k: x, v: 1}⏎- {k: z, v: 2}⏎- {k: x}⏎", "[k=x]", "- {k: z, v: 2}⏎")]
    [InlineData("- {k: x, v: 1}⏎- {k: z, v: 2}⏎- {k: x}⏎", "[*].v", "- {k: x}⏎- {k: z}⏎- {k: x}⏎")]
    [InlineData("- 1⏎- 2 # two⏎", "[*]", "[]⏎")]
    [InlineData("a: &x 1⏎b: *x⏎c: 3⏎", "b", "a: &x 1⏎c: 3⏎")]
    [InlineData("a: 1⏎", "b.c[n=x].d", "a: 1⏎")]
    [InlineData("a: {b: [1]}⏎", "a.b[7]", "a: {b: [1]}⏎")]
    public void Remove_takes_the_lines_that_belong_to_it(string before, string path, string after) => Edit(before, new YamlChange.Remove(YamlPath.Parse(path)), after);

    [Theory]
    [InlineData("a: 1 # one⏎b: 2⏎", "a", "c", "c: 1 # one⏎b: 2⏎")]
    [InlineData("'a':⏎  b: 1⏎", "a", "it's", "'it''s':⏎  b: 1⏎")]
    [InlineData("a: 1⏎", "a", "on", "\"on\": 1⏎")]
    [InlineData("on: 1⏎", "true", "push", "push: 1⏎")]
    [InlineData("- a: {b: 1}⏎- a: {b: 2}⏎", "[*].a.b", "c,d", "- a: {\"c,d\": 1}⏎- a: {\"c,d\": 2}⏎")]
    public void Rename_changes_the_key_alone(string before, string path, string key, string after) => Edit(before, new YamlChange.Rename(YamlPath.Parse(path), key), after);

    [Theory]
    [InlineData("a: # why⏎  b: 1 # one⏎  # about c⏎  c: 'x'⏎  d: 4⏎", "{c: z, b: 1, e: 5}", "a: # why⏎  b: 1 # one⏎  # about c⏎  c: 'z'⏎  e: 5⏎")]
    [InlineData("a:⏎- name: a # first⏎  v: 1⏎# second⏎- name: b⏎  v: 2⏎- name: c⏎", "[{name: b, v: 3}, {name: new}, {name: c}]", "a:⏎# second⏎- name: b⏎  v: 3⏎- name: new⏎- name: c⏎")]
    [InlineData("a: [1, 2, 3, 4]⏎", "[0, 1, 3, 4, 5]", "a: [0, 1, 3, 4, 5]⏎")]
    [InlineData("a: &x {b: 1} # c⏎d: 1⏎", "{b: 2}", "a: &x {b: 2} # c⏎d: 1⏎")]
    [InlineData("a: # why⏎  b: &x 1⏎  c: *x # c⏎d: 1⏎", "{b: 2, c: 3}", "a: # why⏎  b: 2⏎  c: 3⏎d: 1⏎")]
    public void Set_of_a_collection_touches_only_what_differs(string before, string value, string after) =>
        Edit(before, new YamlChange.Set(YamlPath.Parse("a"), YamlReader.Read(value)!), after);

    [Theory]
    [InlineData("a: &x {b: 1}⏎c: *x⏎", "a.b", "a.b cannot be changed: it stands in a value named &x, which is used elsewhere too", "1:4", "set a.b to 5 by hand")]
    [InlineData("a: &x {b: 1}⏎c: *x⏎", "c.b", "c.b cannot be changed: *x stands for a value that is written, and used, elsewhere", "2:4", "set c.b to 5 by hand")]
    [InlineData("a: &x 1⏎c: *x⏎", "a", "a cannot be changed: it stands in a value named &x, which is used elsewhere too", "1:4", "set a to 5 by hand")]
    [InlineData("a: &x {b: {d: 1}}⏎c:⏎  <<: *x⏎", "c.b.d", "c.b.d cannot be changed: the key b comes through a merge key (<<) from a value that is written elsewhere", "3:3", "set c.b.d to 5 by hand")]
    [InlineData("a: !t 1⏎", "a", "a cannot be changed: its value has a tag", "1:4", "set a to 5 by hand")]
    [InlineData("a: x⏎", "a.b", "a.b cannot be changed: a is a single value, which has no key b", "1:4", "set a.b to 5 by hand")]
    [InlineData("a: [x]⏎", "a[1]", "a[1] cannot be changed: a has 1 items", "1:4", "set a[1] to 5 by hand")]
    [InlineData("a: [{k: x}]⏎", "a[k=z].v", "a[k=z].v cannot be changed: a has no item with k=z", "1:4", "set a[k=z].v to 5 by hand")]
    [InlineData("on: push⏎", "on", "on cannot be changed: the key on stands there without quotes, which Kubernetes reads as true", "1:1", "set on to 5 by hand")]
    [InlineData("a: 1\rb: 2\r", "a", "a cannot be changed: a carriage return ends a line without a line feed", "1:5", "set a to 5 by hand")]
    [InlineData("- |⏎  x", "[1]", "[1] cannot be changed: the document has 1 items", "1:1", "set [1] to 5 by hand")]
    public void What_cannot_be_changed_alone_is_refused_with_the_reason(string before, string path, string message, string position, string remedy)
    {
        var error = Assert.Throws<YamlEditException>(() => YamlEdit.Apply(before.Replace("⏎", "\n", StringComparison.Ordinal), new YamlChange.Set(YamlPath.Parse(path), YamlScalar.Integer(5))));
        Assert.Equal((message, position, remedy), (error.Message, error.Position.ToString(), error.Remedy));
    }

    [Fact]
    public void An_alias_can_be_given_a_value_of_its_own() => Edit("a: &x 1⏎b: *x # c⏎", new YamlChange.Set(YamlPath.Parse("b"), YamlScalar.Integer(2)), "a: &x 1⏎b: 2 # c⏎");

    [Fact]
    public void An_anchor_that_nothing_refers_to_is_no_obstacle() => Edit("a: &x 1⏎b: &y⏎  c: 2⏎", new YamlChange.Set(YamlPath.Parse("a"), YamlScalar.Integer(2)), "a: &x 2⏎b: &y⏎  c: 2⏎");

    [Fact]
    public void Removing_what_an_alias_refers_to_is_refused() =>
        Assert.Throws<YamlEditException>(() => YamlEdit.Apply("a: &x 1\nb: *x\n", new YamlChange.Remove(YamlPath.Parse("a"))));

    [Fact]
    public void A_key_from_a_merge_is_not_removed_nor_renamed()
    {
        const string text = "x: &x {a: 1}\nc:\n  <<: *x\n  b: 2\n";
        Assert.Contains("merge key", Assert.Throws<YamlEditException>(() => YamlEdit.Apply(text, new YamlChange.Remove(YamlPath.Parse("c.a")))).Message, StringComparison.Ordinal);
        Assert.Contains("merge key", Assert.Throws<YamlEditException>(() => YamlEdit.Apply(text, new YamlChange.Rename(YamlPath.Parse("c.a"), "c"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Insert_and_rename_never_overwrite()
    {
        Assert.Equal("b cannot be changed: the key is there already", Assert.Throws<YamlEditException>(() => YamlEdit.Apply("b: 1\n", new YamlChange.Insert(YamlPath.Parse("b"), YamlScalar.Null))).Message);
        Assert.Equal("a cannot be changed: the key b is there already", Assert.Throws<YamlEditException>(() => YamlEdit.Apply("a: 1\nb: 1\n", new YamlChange.Rename(YamlPath.Parse("a"), "b"))).Message);
        Assert.Equal("c cannot be changed: it is not there", Assert.Throws<YamlEditException>(() => YamlEdit.Apply("a: 1\n", new YamlChange.Rename(YamlPath.Parse("c"), "b"))).Message);
    }

    [Fact]
    public void Line_breaks_and_the_byte_order_mark_are_those_of_the_document() => Assert.Equal(
        "\uFEFFa: |\r\n  x\r\n  y\r\nb:\r\n  c: 1\r\n",
        YamlEdit.Apply("\uFEFFa: 1\r\n", new YamlChange.Set(YamlPath.Parse("a"), YamlScalar.String("x\ny\n")), new YamlChange.Set(YamlPath.Parse("b.c"), YamlScalar.Integer(1))));

    [Fact]
    public void A_missing_last_line_break_stays_missing()
    {
        Assert.Equal("a: 1\nb: 2", YamlEdit.Apply("a: 1", new YamlChange.Set(YamlPath.Parse("b"), YamlScalar.Integer(2))));
        Assert.Equal("a: 1", YamlEdit.Apply("a: 1\nb: 2", new YamlChange.Remove(YamlPath.Parse("b"))));
        // A block scalar would end differently without one.
        Assert.Equal("a: 1\nb: |\n  x\n  y\n", YamlEdit.Apply("a: 1", new YamlChange.Set(YamlPath.Parse("b"), YamlScalar.String("x\ny\n"))));
        Assert.Equal("b: 1\na: |\n  x", YamlEdit.Apply("a: |\n  x", new YamlChange.Set(YamlPath.Parse("b"), YamlScalar.Integer(1))));
    }

    [Fact]
    public void What_is_as_wanted_already_is_not_touched()
    {
        const string text = "a: 0x10   # sixteen\nb: {c: 'x'}\n";
        Assert.Same(text, YamlEdit.Apply(text, new YamlChange.Set(YamlPath.Parse("a"), YamlScalar.Integer(16)), new YamlChange.Set(YamlPath.Parse("b"), YamlReader.Read("c: x")!), new YamlChange.Remove(YamlPath.Parse("d"))));
    }

    [Fact]
    public void Positions_count_from_the_first_line_that_is_given() =>
        Assert.Equal("41:4", Assert.Throws<YamlEditException>(() => YamlEdit.Apply("# c\na: x\n", 40, new YamlChange.Set(YamlPath.Parse("a.b"), YamlScalar.Null))).Position.ToString());

    private static void Edit(string before, YamlChange change, string after)
    {
        before = before.Replace("⏎", "\n", StringComparison.Ordinal);
        after = after.Replace("⏎", "\n", StringComparison.Ordinal);
        Assert.Equal(after, YamlEdit.Apply(before, change));
        var windows = YamlEdit.Apply(before.Replace("\n", "\r\n", StringComparison.Ordinal), change);
        Assert.Equal(after, windows.Replace("\r\n", "\n", StringComparison.Ordinal));
    }
}
