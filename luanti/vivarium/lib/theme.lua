-- The colours of a computer's screen: those of the page that vmd serves (web/src/console/colours.ts), which are read
-- with ease on a dark ground.

return {
	[0] = "#66736e", "#f0857c", "#7fc794", "#d9b566", "#83b2e6", "#d09ad0", "#6cc5c0", "#c9d2ce",
	"#8b9a94", "#ffaaa2", "#a3dfb4", "#efd28f", "#abcdf5", "#e5bbe5", "#97dfda", "#f3f7f5",
	ink = "#d5dcd9",
	ground = "#0a0f0e",
}
