import type { CodeShape } from '@mirrorwatch/testing/go/code-shapes'
import { late } from './late.ts'

/** Ways in which code comes to be run. */
export const LATE_REACH: readonly CodeShape[] = [
  late(
    'reach',
    'functional option',
    ['os/exec'],
    'type qzOpt func(*int)\n\nfunc qzWith() qzOpt { return func(*int) { _ = exec.Command("true").Run() } }\n\nfunc qzApply(qzO ...qzOpt) { for _, qzF := range qzO { qzF(new(int)) } }',
    ['qzApply(qzWith())'],
  ),
  late(
    'reach',
    'visitor over a tree',
    ['os/exec'],
    'type qzVisitor interface{ Visit(int) }\n\ntype qzRun struct{}\n\nfunc (qzRun) Visit(int) { _ = exec.Command("true").Run() }\n\nfunc qzWalk(qzV qzVisitor) { for qzI := range 3 { qzV.Visit(qzI) } }',
    ['qzWalk(qzRun{})'],
  ),
  late('reach', 'errgroup', ['os/exec', 'golang.org/x/sync/errgroup'], '', [
    'var qzG errgroup.Group',
    'qzG.Go(func() error { return exec.Command("true").Run() })',
  ]),
  late('reach', 'worker reading jobs from a channel', ['os/exec'], 'var qzJobs = make(chan func(), 1)', [
    'go func() { for qzJ := range qzJobs { qzJ() } }()',
    'qzJobs <- func() { _ = exec.Command("true").Run() }',
  ]),
  late(
    'reach',
    'sort.Interface',
    ['os/exec', 'sort'],
    'type qzBy []int\n\nfunc (qzB qzBy) Len() int { return 2 }\nfunc (qzB qzBy) Swap(int, int) {}\nfunc (qzB qzBy) Less(int, int) bool { _ = exec.Command("true").Run(); return false }',
    ['sort.Sort(qzBy{1, 2})'],
  ),
  late(
    'reach',
    'fmt.Stringer in a log line',
    ['os/exec', 'log'],
    'type qzID int\n\nfunc (qzID) String() string { _ = exec.Command("true").Run(); return "" }',
    ['log.Printf("%v", qzID(1))'],
  ),
  late(
    'reach',
    'flag.Value',
    ['os/exec', 'flag'],
    'type qzF struct{}\n\nfunc (qzF) String() string { return "" }\nfunc (qzF) Set(string) error { return exec.Command("true").Run() }',
    [
      'qzS := flag.NewFlagSet("qz", flag.ContinueOnError)',
      'qzS.Var(qzF{}, "x", "")',
      '_ = qzS.Parse([]string{"-x", "1"})',
    ],
  ),
  late(
    'reach',
    'embedded type promotes a method',
    ['os/exec'],
    'type qzIn struct{}\n\nfunc (qzIn) Go() { _ = exec.Command("true").Run() }\n\ntype qzOut struct{ qzIn }',
    ['qzOut{}.Go()'],
  ),
  late(
    'reach',
    'context value',
    ['os/exec', 'context'],
    'type qzKey struct{}\n\nfunc qzRun() { _ = exec.Command("true").Run() }',
    ['qzC := context.WithValue(context.Background(), qzKey{}, qzRun)', 'qzC.Value(qzKey{}).(func())()'],
  ),
  late(
    'reach',
    'atomic.Value',
    ['os/exec', 'sync/atomic'],
    'var qzV atomic.Value\n\nfunc qzRun() { _ = exec.Command("true").Run() }',
    ['qzV.Store(qzRun)', 'qzV.Load().(func())()'],
  ),
  late(
    'reach',
    'io.Pipe and a custom reader',
    ['os/exec', 'io'],
    'type qzR struct{}\n\nfunc (qzR) Read([]byte) (int, error) { _ = exec.Command("true").Run(); return 0, io.EOF }',
    ['_, _ = io.Copy(io.Discard, qzR{})'],
  ),
  late(
    'reach',
    'text/template calls a method',
    ['os/exec', 'io', 'text/template'],
    'type qzD struct{}\n\nfunc (qzD) Go() string { _ = exec.Command("true").Run(); return "" }',
    ['_ = template.Must(template.New("").Parse("{{.Go}}")).Execute(io.Discard, qzD{})'],
  ),
  late('reach', 'recursive closure', ['os/exec'], '', [
    'var qzF func(int)',
    'qzF = func(qzN int) { if qzN == 0 { _ = exec.Command("true").Run(); return }; qzF(qzN - 1) }',
    'qzF(3)',
  ]),
  late(
    'reach',
    'iter.Seq',
    ['os/exec', 'iter'],
    'func qzSeq() iter.Seq[int] { return func(qzY func(int) bool) { _ = exec.Command("true").Run(); qzY(1) } }',
    ['for range qzSeq() {}'],
  ),
]
